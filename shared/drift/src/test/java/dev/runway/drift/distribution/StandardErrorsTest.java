package dev.runway.drift.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What the errors say, against how much the distances of drawn counts do scatter. */
class StandardErrorsTest {

  private static final double[] BEFORE = {0.1, 0.1, 0.2, 0.25, 0.2, 0.15};
  private static final double[] NOW = {0.05, 0.08, 0.17, 0.22, 0.26, 0.22};
  private static final int N = 4_000;
  private static final int M = 1_500;
  private static final int DRAWS = 3_000;

  private static long[] draw(double[] shares, int n, Random random) {
    long[] counts = new long[shares.length];
    for (int i = 0; i < n; i++) {
      double left = random.nextDouble();
      int bin = 0;
      while (bin < shares.length - 1 && left >= shares[bin]) {
        left -= shares[bin++];
      }
      counts[bin]++;
    }
    return counts;
  }

  /** Both of one draw. */
  private record Measured(double value, double se) {}

  private interface Measure {
    Measured of(long[] before, long[] now);
  }

  private static Measure shares(
      ToDoubleFunction<BinnedShares> value, ToDoubleFunction<BinnedShares> se) {
    return (before, now) -> {
      BinnedShares shares = BinnedShares.of(before, now, Smoothing.NONE);
      return new Measured(value.applyAsDouble(shares), se.applyAsDouble(shares));
    };
  }

  private static void requireRight(Measure measure) {
    Random random = new Random(7);
    double[] values = new double[DRAWS];
    double[] errors = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      Measured one = measure.of(draw(BEFORE, N, random), draw(NOW, M, random));
      values[i] = one.value();
      errors[i] = one.se();
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / DRAWS;
    double se = Arrays.stream(errors).average().orElseThrow();
    assertThat(se / Math.sqrt(variance)).isBetween(0.9, 1.12);
  }

  @Test
  void totalVariation_scattersAsItsErrorSays() {
    requireRight(shares(BinnedShares::totalVariation, BinnedShares::totalVariationStandardError));
  }

  @Test
  void kolmogorovSmirnov_scattersAsItsErrorSays() {
    requireRight(
        shares(BinnedShares::kolmogorovSmirnov, BinnedShares::kolmogorovSmirnovStandardError));
  }

  /** One bin moves, so that it is the same one in every draw. */
  @Test
  void largestDifference_scattersAsItsErrorSays() {
    long[] before = {400, 400, 1_200};
    Random random = new Random(3);
    double[] values = new double[DRAWS];
    double se = 0;
    for (int i = 0; i < DRAWS; i++) {
      BinnedShares shares =
          BinnedShares.of(
              draw(new double[] {0.2, 0.2, 0.6}, 2_000, random),
              draw(new double[] {0.28, 0.28, 0.44}, M, random),
              Smoothing.NONE);
      values[i] = shares.lInfinity();
      se += shares.lInfinityStandardError() / DRAWS;
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / DRAWS;
    assertThat(se / Math.sqrt(variance)).isCloseTo(1, within(0.1));
    assertThat(BinnedShares.of(before, before, Smoothing.NONE).lInfinity()).isZero();
  }

  @Test
  void cramersV_scattersAsItsErrorSays() {
    requireRight(
        (before, now) -> {
          ContingencyTest table = ContingencyTest.of(before, now);
          return new Measured(table.cramersVCorrected(), table.cramersVStandardError());
        });
  }
}
