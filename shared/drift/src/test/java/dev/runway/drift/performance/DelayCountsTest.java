package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayCountsTest {

  private static long randomDelay(Random random) {
    return (long) Math.exp(random.nextDouble() * Math.log(3.5e9));
  }

  @Test
  void index_ofAnyDelay_isTheBinBetweenWhoseEdgesItLies() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      long delay = i < 100_000 ? i : DelayBins.clamp(randomDelay(random));
      int bin = DelayBins.index(delay);
      assertThat((double) delay).isLessThanOrEqualTo(DelayBins.upperEdge(bin));
      if (bin > 0) {
        assertThat((double) delay).isGreaterThan(DelayBins.upperEdge(bin - 1));
      }
    }
    assertThat(DelayBins.index(Long.MAX_VALUE)).isEqualTo(DelayBins.SIZE - 1);
    assertThat(DelayBins.index(-5)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.25, 0.5, 0.95, 0.999, 1})
  void quantile_ofRandomDelays_isWithinTheStatedError(double q) {
    Random random = new Random(2);
    long[] delays = new long[3_001];
    DelayCounts counts = new DelayCounts();
    for (int i = 0; i < delays.length; i++) {
      delays[i] = DelayBins.clamp(randomDelay(random));
      counts.add(delays[i], 1);
    }
    Arrays.sort(delays);
    double exact = delays[Math.max(0, (int) Math.ceil(q * delays.length) - 1)];

    assertThat(counts.quantile(q)).isCloseTo(exact, within(DelayCounts.RELATIVE_ERROR * exact));
    assertThat(counts.sumMillis()).isEqualTo(Arrays.stream(delays).sum());
  }

  @Test
  void counts_ofAnyHistory_areTheSameBytes() throws IOException {
    Random random = new Random(3);
    long[] delays = random.longs(500, -10, 5_000_000_000L).toArray();
    DelayCounts forwards = new DelayCounts();
    DelayCounts history = new DelayCounts();
    DelayCounts part = new DelayCounts();
    for (int i = 0; i < delays.length; i++) {
      forwards.add(delays[i], 1);
      history.add(i, -1);
      (i % 2 == 0 ? part : history).add(delays[delays.length - 1 - i], 1);
    }
    for (int i = 0; i < delays.length; i++) {
      history.add(i, 1);
    }
    history.add(part);

    byte[] bytes = Bytes.of(forwards::write);
    assertThat(Bytes.of(history::write)).isEqualTo(bytes);
    assertThat(history).isEqualTo(forwards).hasSameHashCodeAs(forwards);
    assertThat(Bytes.read(bytes, DelayCounts::read)).isEqualTo(forwards);
    history.subtract(forwards);
    assertThat(history.isEmpty()).isTrue();
    assertThat(history).isEqualTo(new DelayCounts());
  }

  @Test
  void statistics_ofNothing_areNull() {
    DelayCounts counts = new DelayCounts();
    assertThat(counts.p50()).isNull();
    assertThat(counts.p95()).isNull();
    assertThat(counts.meanMillis()).isNull();
    counts.add(0, 1);
    assertThat(counts.p50()).isZero();
    assertThat(counts.meanMillis()).isZero();
  }

  @Test
  void read_ofANewerVersion_isRefused() {
    assertThatThrownBy(() -> Bytes.read(new byte[] {2, 0, 0, 0}, DelayCounts::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }

  private static DelayCounts hours(long... hours) {
    DelayCounts counts = new DelayCounts();
    for (long hour : hours) {
      counts.add(hour * 3_600_000, 1);
    }
    return counts;
  }

  /**
   * Worked by hand: labels at 2, 4, 4 and 10 h, no label yet at 3, 4, 7 and 20 h.
   *
   * <p>At 2 h 8 at risk: S = 7/8. At 4 h 6 at risk (3 h is censored), 2 labels: S = 7/8 x 4/6 =
   * 7/12. At 10 h 2 at risk: S = 7/24.
   */
  @Test
  void kaplanMeier_ofTheWorkedExample_isTheWorkedCurve() {
    KaplanMeier curve = new KaplanMeier(hours(2, 4, 4, 10), hours(3, 4, 7, 20));

    assertThat(curve.cdf(3_600_000)).isZero();
    assertThat(curve.cdf(2 * 3_600_000)).isCloseTo(1 / 8.0, offset(1e-12));
    assertThat(curve.cdf(3 * 3_600_000)).isCloseTo(1 / 8.0, offset(1e-12));
    assertThat(curve.cdf(4 * 3_600_000)).isCloseTo(5 / 12.0, offset(1e-12));
    assertThat(curve.cdf(9 * 3_600_000)).isCloseTo(5 / 12.0, offset(1e-12));
    assertThat(curve.cdf(30 * 3_600_000)).isCloseTo(17 / 24.0, offset(1e-12));
    assertThat(curve.cdf(-1)).isZero();
    assertThat(curve.quantile(1 / 8.0)).isCloseTo(7.2e6, within(0.01 * 7.2e6));
    assertThat(curve.quantile(0.5)).isCloseTo(3.6e7, within(0.01 * 3.6e7));
    assertThat(curve.quantile(0.75)).isNull();
  }

  /**
   * At 3 h: F = 1/8; by 10 h F = 17/24, so of those without label (17/24 - 3/24) / (21/24) = 2/3.
   */
  @Test
  void expectedCoverage_addsWhatTheOthersStillGet() {
    KaplanMeier curve = new KaplanMeier(hours(2, 4, 4, 10), hours(3, 4, 7, 20));

    Double expected = curve.expectedCoverage(10, 100, 3 * 3_600_000, 10 * 3_600_000);
    assertThat(expected).isCloseTo((10 + 90 * 2 / 3.0) / 100, offset(1e-12));
    assertThat(curve.expectedCoverage(0, 0, 1, 2)).isNull();
    assertThat(curve.expectedCoverage(10, 100, 40 * 3_600_000, 10 * 3_600_000)).isEqualTo(0.1);
    assertThatThrownBy(() -> curve.expectedCoverage(3, 2, 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void kaplanMeier_withoutCensoring_isThePlainDistribution() {
    KaplanMeier curve = new KaplanMeier(hours(1, 2, 3, 4), new DelayCounts());
    assertThat(curve.cdf(2 * 3_600_000)).isCloseTo(0.5, offset(1e-12));
    assertThat(curve.cdf(4 * 3_600_000)).isEqualTo(1);
    assertThat(curve.expectedCoverage(1, 4, 5 * 3_600_000, 9 * 3_600_000)).isEqualTo(0.25);
  }

  @Test
  void kaplanMeier_ofNothing_isZeroEverywhere() {
    KaplanMeier curve = new KaplanMeier(new DelayCounts(), new DelayCounts());
    assertThat(curve.cdf(Long.MAX_VALUE)).isZero();
    assertThat(curve.quantile(0.5)).isNull();
  }
}
