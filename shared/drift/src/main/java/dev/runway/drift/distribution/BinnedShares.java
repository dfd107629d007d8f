package dev.runway.drift.distribution;

import dev.runway.drift.statistics.Normal;
import java.util.Arrays;

/**
 * Two distributions over the same bins, and how far apart they are.
 *
 * <p>The divergences are in nats. Of PSI, 2 KL, 8 JS and 8 H^2 each approaches the others for small
 * drift, and each over 1/N + 1/M follows the same chi-square law when nothing changed.
 */
public final class BinnedShares {

  private final double[] p;
  private final double[] q;
  private final long n;
  private final long m;

  private BinnedShares(double[] p, double[] q, long n, long m) {
    this.p = p;
    this.q = q;
    this.n = n;
    this.m = m;
  }

  /**
   * Shares of two sets of counts over the same bins.
   *
   * @param reference counts by bin, at least one above 0
   * @param current counts over the same bins, at least one above 0
   * @throws IllegalArgumentException if the numbers of bins differ or one side is empty
   */
  public static BinnedShares of(long[] reference, long[] current, Smoothing smoothing) {
    if (reference.length != current.length) {
      throw new IllegalArgumentException(
          reference.length + " reference bins, " + current.length + " current bins");
    }
    long n = Arrays.stream(reference).sum();
    long m = Arrays.stream(current).sum();
    if (n <= 0 || m <= 0) {
      throw new IllegalArgumentException("no distribution of " + n + " and " + m + " values");
    }
    double[] p = new double[reference.length];
    double[] q = new double[reference.length];
    int used = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] != 0 || current[i] != 0) {
        p[used] = reference[i];
        q[used++] = current[i];
      }
    }
    p = Arrays.copyOf(p, used);
    q = Arrays.copyOf(q, used);
    smooth(p, n, smoothing);
    smooth(q, m, smoothing);
    return new BinnedShares(p, q, n, m);
  }

  private static void smooth(double[] counts, long total, Smoothing smoothing) {
    double amount = smoothing.amount();
    for (int i = 0; i < counts.length; i++) {
      counts[i] =
          switch (smoothing.mode()) {
            case ADDITIVE -> (counts[i] + amount) / (total + amount * counts.length);
            case EPSILON -> Math.max(counts[i] / total, amount);
            case NONE -> counts[i] / total;
          };
    }
  }

  /** Reference shares of the bins that are not empty on both sides. */
  public double[] reference() {
    return p.clone();
  }

  /** Current shares of the same bins. */
  public double[] current() {
    return q.clone();
  }

  /** Bins that are not empty on both sides. */
  public int bins() {
    return p.length;
  }

  /** Reference values. */
  public long n() {
    return n;
  }

  /** Current values. */
  public long m() {
    return m;
  }

  /**
   * Population stability index, sum (q - p) ln(q / p): the symmetric (Jeffreys) divergence, KL in
   * both directions added. Infinite without smoothing where one side is empty.
   */
  public double psi() {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] != q[i]) {
        sum += (q[i] - p[i]) * Math.log(q[i] / p[i]);
      }
    }
    return sum;
  }

  /**
   * KL(current || reference), what we call KL: with bins at reference quantiles it is finite
   * without any smoothing.
   */
  public double klCurrentReference() {
    return kl(q, p);
  }

  /** KL(reference || current), what some tools call KL. */
  public double klReferenceCurrent() {
    return kl(p, q);
  }

  private static double kl(double[] from, double[] to) {
    double sum = 0;
    for (int i = 0; i < from.length; i++) {
      if (from[i] > 0) {
        sum += from[i] * Math.log(from[i] / to[i]);
      }
    }
    return Math.max(0, sum);
  }

  /** Jensen-Shannon divergence, at most ln 2; its root is the distance. */
  public double jensenShannon() {
    double[] middle = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      middle[i] = (p[i] + q[i]) / 2;
    }
    return (kl(p, middle) + kl(q, middle)) / 2;
  }

  /** Hellinger distance, sqrt(1 - sum sqrt(p q)), in [0, 1]. */
  public double hellinger() {
    double overlap = 0;
    for (int i = 0; i < p.length; i++) {
      overlap += Math.sqrt(p[i] * q[i]);
    }
    return Math.sqrt(Math.max(0, 1 - overlap));
  }

  /** Half the sum of |p - q|: the mass that would have to move, in [0, 1]. */
  public double totalVariation() {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.abs(p[i] - q[i]);
    }
    return sum / 2;
  }

  /** Largest |p - q|. */
  public double lInfinity() {
    double largest = 0;
    for (int i = 0; i < p.length; i++) {
      largest = Math.max(largest, Math.abs(p[i] - q[i]));
    }
    return largest;
  }

  /** L-infinity less what sampling alone exceeds in 0.3 % of cases: 1.8 sqrt(1/N + 1/M). */
  public double lInfinityRobust() {
    return Math.max(0, lInfinity() - 1.8 * Math.sqrt(1.0 / n + 1.0 / m));
  }

  /**
   * Largest difference of the cumulative shares at an edge: a lower bound of the Kolmogorov-Smirnov
   * distance, short of it by at most the mass of one bin. For ordered bins only.
   */
  public double kolmogorovSmirnov() {
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < p.length; i++) {
      difference += p[i] - q[i];
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  /**
   * Standard error of PSI by the delta method on multinomial counts of both sides: with g = ln(q/p)
   * + 1 - p/q and h = -ln(q/p) + 1 - q/p, the root of Var_q(g) / M + Var_p(h) / N.
   */
  public double psiStandardError() {
    return psiStandardError(1, 1);
  }

  /** The same where the counts of a side vary so much more than multinomial ones. */
  double psiStandardError(double referenceDispersion, double currentDispersion) {
    double[] g = new double[p.length];
    double[] h = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      double log = Math.log(q[i] / p[i]);
      g[i] = log + 1 - p[i] / q[i];
      h[i] = -log + 1 - q[i] / p[i];
    }
    return Math.sqrt(
        currentDispersion * variance(q, g) / m + referenceDispersion * variance(p, h) / n);
  }

  /** Standard error of {@link #klCurrentReference}: slopes ln(q/p) and -q/p. */
  public double klCurrentReferenceStandardError() {
    return deltaMethod(q, p, m, n);
  }

  /** Standard error of {@link #klReferenceCurrent}. */
  public double klReferenceCurrentStandardError() {
    return deltaMethod(p, q, n, m);
  }

  private static double deltaMethod(double[] from, double[] to, long fromN, long toN) {
    double[] fromSlope = new double[from.length];
    double[] toSlope = new double[from.length];
    for (int i = 0; i < from.length; i++) {
      fromSlope[i] = Math.log(from[i] / to[i]);
      toSlope[i] = -from[i] / to[i];
    }
    return Math.sqrt(variance(from, fromSlope) / fromN + variance(to, toSlope) / toN);
  }

  /** Standard error of {@link #jensenShannon}: slopes half of ln(q/middle) and ln(p/middle). */
  public double jensenShannonStandardError() {
    double[] g = new double[p.length];
    double[] h = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      double middle = (p[i] + q[i]) / 2;
      g[i] = Math.log(q[i] / middle) / 2;
      h[i] = Math.log(p[i] / middle) / 2;
    }
    return Math.sqrt(variance(q, g) / m + variance(p, h) / n);
  }

  /**
   * Standard error of {@link #hellinger}: slopes of 1 - H^2 are half of sqrt(p/q) and sqrt(q/p),
   * that of the root 1 / 2H. Infinite at H = 0, where the method does not apply.
   */
  public double hellingerStandardError() {
    double[] g = new double[p.length];
    double[] h = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      g[i] = Math.sqrt(p[i] / q[i]) / 2;
      h[i] = Math.sqrt(q[i] / p[i]) / 2;
    }
    return Math.sqrt(variance(q, g) / m + variance(p, h) / n) / (2 * hellinger());
  }

  /**
   * Standard error of {@link #totalVariation}: slopes half of the sign of q - p and its negative.
   * Where nothing changed it is too high, for there sampling alone keeps the distance above 0.
   */
  public double totalVariationStandardError() {
    double[] sign = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      sign[i] = Math.signum(q[i] - p[i]) / 2;
    }
    return Math.sqrt(variance(q, sign) / m + variance(p, sign) / n);
  }

  /** Standard error of {@link #lInfinity}: that of the difference of the shares of its bin. */
  public double lInfinityStandardError() {
    int widest = 0;
    for (int i = 1; i < p.length; i++) {
      widest = Math.abs(p[i] - q[i]) > Math.abs(p[widest] - q[widest]) ? i : widest;
    }
    return shareStandardError(p[widest], q[widest]);
  }

  /** Standard error of {@link #kolmogorovSmirnov}: that of the difference at its edge. */
  public double kolmogorovSmirnovStandardError() {
    double before = 0;
    double now = 0;
    double largest = -1;
    double se = 0;
    for (int i = 0; i < p.length - 1; i++) {
      before += p[i];
      now += q[i];
      if (Math.abs(before - now) > largest) {
        largest = Math.abs(before - now);
        se = shareStandardError(Math.min(1, before), Math.min(1, now));
      }
    }
    return se;
  }

  private double shareStandardError(double before, double now) {
    return Math.sqrt(now * (1 - now) / m + before * (1 - before) / n);
  }

  /**
   * Standard error of chi-square / (N + M) of the table of both sides, by the delta method: with r
   * = w p + u q, the shares of both together, and d = q - p, slopes w u (2 d / r - u d^2 / r^2) and
   * w u (-2 d / r - w d^2 / r^2). Only defined for unsmoothed shares.
   */
  double meanSquareContingencyStandardError() {
    double w = (double) n / (n + m);
    double u = 1 - w;
    double[] g = new double[p.length];
    double[] h = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      double ratio = (q[i] - p[i]) / (w * p[i] + u * q[i]);
      g[i] = w * u * ratio * (2 - u * ratio);
      h[i] = -w * u * ratio * (2 + w * ratio);
    }
    return Math.sqrt(variance(q, g) / m + variance(p, h) / n);
  }

  /**
   * Square of the change along a shift, in units of what it is for independent events of one
   * distribution: 1 on average. Bins weigh by their normal scores, the weights that tell a shift
   * best. For ordered bins; 1 where there is only one.
   */
  public double shiftRatio() {
    double[] both = new double[p.length];
    double[] score = new double[p.length];
    double below = 0;
    double change = 0;
    for (int i = 0; i < p.length; i++) {
      both[i] = (n * p[i] + m * q[i]) / (n + m);
      double middle = Math.min(1 - 1e-9, Math.max(1e-9, below + both[i] / 2));
      score[i] = -Normal.upperQuantile(middle);
      change += score[i] * (q[i] - p[i]);
      below += both[i];
    }
    double expected = variance(both, score) * (1.0 / n + 1.0 / m);
    return expected > 0 ? change * change / expected : 1;
  }

  private static double variance(double[] weights, double[] values) {
    double mean = 0;
    double square = 0;
    for (int i = 0; i < weights.length; i++) {
      mean += weights[i] * values[i];
      square += weights[i] * values[i] * values[i];
    }
    return Math.max(0, square - mean * mean);
  }
}
