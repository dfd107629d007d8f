package dev.runway.drift.distribution;

import dev.runway.drift.statistics.Kolmogorov;

/**
 * Errors of sketches, and what they make of the measures taken from them.
 *
 * <p>The constants of KLL, CPC, HLL and Theta are those of Apache DataSketches, fitted there to the
 * 99th percentile of the measured maximum error (KLL) or to the standard error (distinct counts).
 */
public final class SketchError {

  private SketchError() {}

  /** Error of a rank of a KLL sketch, as a share of n, over all ranks at once with 99 %. */
  public static double kllRank(int k) {
    return 2.296 / Math.pow(k, 0.9723);
  }

  /** Error of the mass between two points of a KLL sketch. */
  public static double kllMass(int k) {
    return 2.446 / Math.pow(k, 0.9433);
  }

  /**
   * First-order bound of |PSI of sketch - PSI|: the rank error times the total variation of g =
   * ln(q/p) + 1 - p/q along the bins, as rank errors at the edges add up by parts.
   *
   * @param p reference shares, all above 0
   * @param q current shares, all above 0
   */
  public static double psiFirstOrder(double[] p, double[] q, double rankError) {
    return rankError * variationOfG(p, q);
  }

  /** Sum of |g_i+1 - g_i|. */
  public static double variationOfG(double[] p, double[] q) {
    double variation = 0;
    for (int i = 1; i < p.length; i++) {
      variation += Math.abs(g(p[i], q[i]) - g(p[i - 1], q[i - 1]));
    }
    return variation;
  }

  private static double g(double p, double q) {
    return Math.log(q / p) + 1 - p / q;
  }

  /** Largest PSI that the rank error alone makes of equal distributions: second order. */
  public static double psiUnchanged(double[] p, double rankError) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      // Both edges of an inner bin can be wrong, one edge of an outer bin.
      int edges = i == 0 || i == p.length - 1 ? 1 : 2;
      sum += edges * edges / p[i];
    }
    return rankError * rankError * sum;
  }

  /**
   * What |PSI of a KLL sketch - PSI| stays below in 99 % of cases: c sqrt(PSI) / k + (0.53 B /
   * k)^2, fitted to simulations with B = 10 (c = 9) and 20 bins (c = 11), PSI to 0.3, n from 1e3 to
   * 1e7. The worst-case bounds above are 5 to 30 times higher.
   */
  public static double psi(double psi, int bins, int k) {
    double c = bins <= 10 ? 9 : 11;
    return c * Math.sqrt(Math.max(0, psi)) / k + psiBias(bins, k);
  }

  /** PSI that a KLL sketch adds on average when nothing changed. */
  public static double psiBias(int bins, int k) {
    double ratio = 0.53 * bins / k;
    return ratio * ratio;
  }

  /**
   * The Kolmogorov-Smirnov distance of two sketches that is exceeded with probability alpha when
   * nothing changed: of N and M values, not of what the sketches retain, plus the root sum of
   * squares of their rank errors.
   */
  public static double ksThreshold(
      double n, double m, double rankErrorN, double rankErrorM, double alpha) {
    return ksSampling(n, m, alpha) + Math.hypot(rankErrorN, rankErrorM);
  }

  /** The same for sketches whose errors add up in the worst way. */
  public static double ksThresholdStrict(
      double n, double m, double rankErrorN, double rankErrorM, double alpha) {
    return ksSampling(n, m, alpha) + rankErrorN + rankErrorM;
  }

  /** The part of exact samples. */
  public static double ksSampling(double n, double m, double alpha) {
    return Kolmogorov.critical(alpha) * Math.sqrt((n + m) / (n * m));
  }

  /** Sketches of distinct counts, with the constant of their relative standard error. */
  public enum Distinct {
    CPC_HIP(0.5887050112577373),
    CPC_MERGED(0.6931471805599453),
    HLL_HIP(0.8325546111576977),
    HLL_MERGED(1.0389617614136892),
    THETA(1);

    private final double constant;

    Distinct(double constant) {
      this.constant = constant;
    }

    /** Relative standard error with 2^lgK buckets. */
    public double relativeStandardError(int lgK) {
      return constant / Math.sqrt(Math.scalb(1.0, lgK));
    }
  }
}
