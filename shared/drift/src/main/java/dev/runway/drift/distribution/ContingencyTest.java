package dev.runway.drift.distribution;

import dev.runway.drift.statistics.ChiSquared;

/**
 * Tests of the 2 x B table of reference and current counts.
 *
 * @param chiSquare Pearson's statistic
 * @param g the likelihood ratio statistic
 * @param degrees B - 1, over the bins that are not empty on both sides
 * @param n values of both sides together
 * @param meanSquareSe standard error of chiSquare / n
 */
public record ContingencyTest(
    double chiSquare, double g, int degrees, long n, double meanSquareSe) {

  /**
   * Tests two sets of counts over the same bins.
   *
   * @param reference counts by bin, at least one above 0
   * @param current counts over the same bins, at least one above 0
   */
  public static ContingencyTest of(long[] reference, long[] current) {
    // Checks lengths and totals.
    BinnedShares shares = BinnedShares.of(reference, current, Smoothing.NONE);
    double total = (double) shares.n() + shares.m();
    double chiSquare = 0;
    double g = 0;
    for (int i = 0; i < reference.length; i++) {
      double before = reference[i];
      double now = current[i];
      double both = before + now;
      if (both > 0) {
        double expected = both * shares.n() / total;
        chiSquare += square(before - expected) / expected;
        g += term(before, expected);
        expected = both * shares.m() / total;
        chiSquare += square(now - expected) / expected;
        g += term(now, expected);
      }
    }
    return new ContingencyTest(
        chiSquare,
        Math.max(0, g),
        shares.bins() - 1,
        shares.n() + shares.m(),
        shares.meanSquareContingencyStandardError());
  }

  private static double square(double x) {
    return x * x;
  }

  private static double term(double observed, double expected) {
    return observed > 0 ? 2 * observed * Math.log(observed / expected) : 0;
  }

  public double pChiSquare() {
    return pChiSquare(1);
  }

  public double pG() {
    return pG(1);
  }

  /**
   * Probability of a chi-square this high when nothing changed.
   *
   * @param dispersion variance of the counts in units of the multinomial one, 1 or above
   */
  public double pChiSquare(double dispersion) {
    return ChiSquared.survival(chiSquare / dispersion, degrees);
  }

  /** The same of G. */
  public double pG(double dispersion) {
    return ChiSquared.survival(g / dispersion, degrees);
  }

  /** Cramér's V, sqrt(chi-square / n) of two rows: 0 for equal shares, 1 for disjoint bins. */
  public double cramersV() {
    return Math.sqrt(chiSquare / n);
  }

  /** V after Bergsma's correction, which is near 0 instead of too high when nothing changed. */
  public double cramersVCorrected() {
    double phi = Math.max(0, chiSquare / n - degrees / (n - 1.0));
    double scale = correctedScale();
    return scale > 0 ? Math.sqrt(phi / scale) : 0;
  }

  /** What the largest mean square is after the correction. */
  private double correctedScale() {
    double rows = 2;
    double columns = degrees + 1.0;
    return Math.min(rows - square(rows - 1) / (n - 1.0), columns - square(columns - 1) / (n - 1.0))
        - 1;
  }

  /** Standard error of V. Infinite at V = 0, where the method does not apply. */
  public double cramersVStandardError() {
    double scale = correctedScale();
    return scale > 0 ? meanSquareSe / (2 * scale * cramersVCorrected()) : Double.POSITIVE_INFINITY;
  }

  /**
   * Merges the rarest categories until each expects at least five on both sides, as the chi-square
   * law wants it. The order of the rest is kept; the merged ones come last.
   *
   * @return reference and current counts, in this order
   */
  public static long[][] collapse(long[] reference, long[] current, double leastExpected) {
    return Collapse.rare(reference, current, leastExpected);
  }
}
