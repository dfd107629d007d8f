package dev.runway.drift.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.statistics.Normal;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the tests of PSI are wrong when they may be: counts are drawn, with a fixed seed. */
class NullRateTest {

  private static final int WINDOWS = 12_000;

  /** Log-uniform from 500 to 100,000. */
  private static long size(SplittableRandom random) {
    return Math.round(500 * Math.pow(200, random.nextDouble()));
  }

  private static double[] even(int bins) {
    double[] shares = new double[bins];
    Arrays.fill(shares, 1.0 / bins);
    return shares;
  }

  /** Rates at 1 % and 5 %. */
  private static double[] rates(double[] p) {
    return new double[] {
      (double) Arrays.stream(p).filter(x -> x < 0.01).count() / p.length,
      (double) Arrays.stream(p).filter(x -> x < 0.05).count() / p.length
    };
  }

  /** With a reference of so many times the window's events. */
  @ParameterizedTest
  @CsvSource({"10, 1", "10, 100", "20, 10"})
  void pAny_withoutDrift_isBelowItsLevelAsOftenAsItSays(int bins, int reference) {
    SplittableRandom random = new SplittableRandom(bins * 1000L + reference);
    double[] p = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      long m = size(random);
      p[i] = test(random, even(bins), even(bins), m * reference, m).pAny();
    }

    assertThat(rates(p)[0]).isBetween(0.005, 0.015);
    assertThat(rates(p)[1]).isBetween(0.04, 0.075);
  }

  private static PsiTest test(SplittableRandom random, double[] p, double[] q, long n, long m) {
    BinnedShares shares =
        BinnedShares.of(
            Binomial.multinomial(random, n, p),
            Binomial.multinomial(random, m, q),
            Smoothing.JEFFREYS);
    return PsiTest.of(shares, 1);
  }

  /** Drift of exactly what is tolerated is the hardest case of "not material". */
  @ParameterizedTest
  @CsvSource({"0.10", "0.25"})
  void pMaterial_atTheToleratedDrift_isBelowItsLevelAsOftenAsItSays(double delta) {
    double[] p = even(10);
    double[] q = tilted(delta);
    SplittableRandom random = new SplittableRandom(Math.round(delta * 100));
    double[] values = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      long m = size(random);
      values[i] = test(random, p, q, 1_000_000, m).pMaterial(delta);
    }

    // A test that never flags would be below its level too.
    assertThat(rates(values)[0]).isBetween(0.006, 0.015);
    assertThat(rates(values)[1]).isBetween(0.04, 0.075);
  }

  /** Shares proportional to exp(slope i), with the slope that makes this PSI against even ones. */
  private static double[] tilted(double psi) {
    double low = 0;
    double high = 2;
    for (int i = 0; i < 60; i++) {
      double slope = (low + high) / 2;
      if (psi(tilt(slope)) < psi) {
        low = slope;
      } else {
        high = slope;
      }
    }
    return tilt(low);
  }

  private static double[] tilt(double slope) {
    double[] q = new double[10];
    Arrays.setAll(q, i -> Math.exp(slope * i));
    double sum = Arrays.stream(q).sum();
    return Arrays.stream(q).map(x -> x / sum).toArray();
  }

  private static double psi(double[] q) {
    return Arrays.stream(q).map(x -> (x - 0.1) * Math.log(x / 0.1)).sum();
  }

  @Test
  void pMaterial_withoutDrift_hardlyEverFlags() {
    SplittableRandom random = new SplittableRandom(5);
    int flagged = 0;
    for (int i = 0; i < WINDOWS; i++) {
      long m = size(random);
      flagged += test(random, even(10), even(10), 10 * m, m).pMaterial(0.10) < 0.05 ? 1 : 0;
    }

    assertThat(flagged).isZero();
  }

  /** Users who send 20 events each, all in one bin, scatter 20 times as much. */
  @Test
  void pAny_ofClusteredEvents_isRightOnceTheDispersionIsKnown() {
    SplittableRandom random = new SplittableRandom(6);
    Overdispersion dispersion = Overdispersion.UNKNOWN;
    double[] plain = new double[2000];
    double[] scaled = new double[2000];
    for (int i = 0; i < 100 + scaled.length; i++) {
      long[] reference = Binomial.multinomial(random, 10_000_000, even(10));
      long[] users = Binomial.multinomial(random, 500, even(10));
      long[] events = Arrays.stream(users).map(count -> 20 * count).toArray();
      BinnedShares shares = BinnedShares.of(reference, events, Smoothing.JEFFREYS);
      if (i < 100) {
        dispersion = dispersion.plus(PsiTest.of(shares, 1));
      } else {
        plain[i - 100] = PsiTest.of(shares, 1).pAny();
        scaled[i - 100] = PsiTest.of(shares, dispersion.factor()).pAny();
      }
    }

    assertThat(dispersion.factor()).isBetween(18.0, 22.0);
    assertThat(rates(plain)[0]).isGreaterThan(0.9);
    assertThat(rates(scaled)[0]).isBetween(0.004, 0.02);
  }

  /**
   * The dispersion of each feature is measured on 28 pairs of its own windows, as the job does, and
   * the windows that count have any size from 500 to 100,000.
   */
  @Test
  void pAny_ofClusteredWindowsOfAllSizes_isRightWithTheMeasuredDispersion() {
    double[] p = clustered(even(10), even(10), new SplittableRandom(7), PsiTest::pAny);

    assertThat(p).hasSize(WINDOWS);
    assertThat(rates(p)[0]).isBetween(0.005, 0.015);
    assertThat(rates(p)[1]).isBetween(0.035, 0.075);
  }

  @Test
  void pMaterial_ofClusteredWindowsAtTheToleratedDrift_isBelowItsLevelAsOftenAsItSays() {
    double[] p =
        clustered(even(10), tilted(0.10), new SplittableRandom(8), test -> test.pMaterial(0.10));

    assertThat(rates(p)[0]).isLessThan(0.015);
    assertThat(rates(p)[1]).isLessThan(0.075);
  }

  /** 120 windows of each of 100 features. */
  private static double[] clustered(
      double[] reference, double[] current, SplittableRandom random, ToDoubleFunction<PsiTest> p) {
    double[] values = new double[WINDOWS];
    int perFeature = 120;
    for (int i = 0; i < WINDOWS; i += perFeature) {
      long[] training = Binomial.multinomial(random, 10_000_000, reference);
      Overdispersion dispersion = Overdispersion.UNKNOWN;
      for (int pair = 0; pair < 28; pair++) {
        long size = size(random);
        dispersion =
            dispersion.plus(test(users(random, size, current), users(random, size, current), 1));
      }
      for (int window = 0; window < perFeature; window++) {
        long[] events = users(random, size(random), current);
        values[i + window] = p.applyAsDouble(test(training, events, dispersion.factor()));
      }
    }
    return values;
  }

  private static PsiTest test(long[] reference, long[] current, double dispersion) {
    return PsiTest.of(BinnedShares.of(reference, current, Smoothing.JEFFREYS), dispersion);
  }

  /** Users of 20 events: three in ten of these are in the user's own bin, the others in any. */
  private static long[] users(SplittableRandom random, long events, double[] shares) {
    long[] counts = new long[shares.length];
    long[] users = Binomial.multinomial(random, events / 20, shares);
    long others = 0;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Binomial.sample(random, 20 * users[i], 0.3);
      others += 20 * users[i] - counts[i];
    }
    long[] elsewhere = Binomial.multinomial(random, others, shares);
    Arrays.setAll(counts, i -> counts[i] + elsewhere[i]);
    return counts;
  }

  /**
   * Users whose values lie together: ten events each, a fifth of the variance between users. They
   * move the whole distribution more than anything else, which the mean over all bins does not
   * show.
   */
  @Test
  void pMaterial_ofUsersWhoShiftTogether_needsTheDispersionAlongAShift() {
    SplittableRandom random = new SplittableRandom(9);
    long[] reference = new long[10];
    Arrays.fill(reference, 1_000_000);
    Overdispersion all = Overdispersion.UNKNOWN;
    Overdispersion shift = Overdispersion.UNKNOWN;
    for (int i = 0; i < 200; i++) {
      BinnedShares pair =
          BinnedShares.of(together(random, 150, 0), together(random, 150, 0), Smoothing.JEFFREYS);
      all = all.plus(PsiTest.of(pair, 1));
      shift = shift.plus(pair.shiftRatio());
    }
    Dispersion dispersion = new Dispersion(all.factor(), shift.factor());
    double[] average = new double[4000];
    double[] along = new double[4000];
    for (int i = 0; i < along.length; i++) {
      // A shift of 0.324 standard deviations is a PSI of 0.10 in ten bins.
      BinnedShares shares =
          BinnedShares.of(reference, together(random, 100, 0.324), Smoothing.JEFFREYS);
      average[i] = PsiTest.of(shares, all.factor()).pMaterial(0.10);
      along[i] = PsiTest.of(shares, dispersion).pMaterial(0.10);
    }

    assertThat(dispersion.shift()).isGreaterThan(1.5 * dispersion.all());
    assertThat(rates(average)[0]).isGreaterThan(0.015);
    assertThat(rates(along)[0]).isLessThan(0.015);
    assertThat(rates(along)[1]).isLessThan(0.075);
  }

  private static long[] together(SplittableRandom random, int users, double shift) {
    double[] edges = new double[9];
    Arrays.setAll(edges, i -> -Normal.upperQuantile((i + 1) / 10.0));
    Edges bins = Edges.of(edges);
    long[] counts = new long[10];
    for (int user = 0; user < users; user++) {
      double own = Math.sqrt(0.2) * random.nextGaussian();
      for (int event = 0; event < 10; event++) {
        counts[bins.bin(own + Math.sqrt(0.8) * random.nextGaussian() + shift)]++;
      }
    }
    return counts;
  }
}
