package dev.runway.drift.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PsiTestTest {
  private static final double WARNING = 0.10;
  private static final double LEVEL = 0.0005;

  private static BinnedShares same(long n, long m) {
    long[] reference = new long[10];
    long[] current = new long[10];
    for (int i = 0; i < 10; i++) {
      reference[i] = n / 10;
      current[i] = m / 10;
    }
    return BinnedShares.of(reference, current, Smoothing.JEFFREYS);
  }

  /** What two live windows show is theirs: a training set of 20,000 rows does not scatter by it. */
  @Test
  void scatterOfManyPredictions_doesNotBlindATest() {
    // Windows of a million that differ by a PSI of 0.0005 scatter 29 times as much as independent
    // ones.
    Dispersion live = new Dispersion(29, 251);

    PsiTest test = PsiTest.of(same(20_000, 1_000_000), Dispersion.NONE, live);

    assertThat(test.threshold(WARNING, LEVEL)).isBetween(0.11, 0.16);
    assertThat(test.expectedUnchanged()).isLessThan(0.001);
  }

  @Test
  void dispersions_applyToTheirOwnSides() {
    Dispersion one = new Dispersion(3, 6);
    BinnedShares shares = same(1_000, 500);

    PsiTest test = PsiTest.of(shares, Dispersion.of(2), one);

    assertThat(test.k()).isEqualTo(2.0 / 1_000 + 3.0 / 500, within(1e-12));
    assertThat(test.stretch() * test.k()).isEqualTo(2.0 / 1_000 + 6.0 / 500, within(1e-12));
    assertThat(PsiTest.of(shares, one).stretch()).isEqualTo(2, within(1e-12));
    assertThat(PsiTest.of(shares, one).k()).isEqualTo(3 * (1.0 / 1_000 + 1.0 / 500), within(1e-12));
  }
}
