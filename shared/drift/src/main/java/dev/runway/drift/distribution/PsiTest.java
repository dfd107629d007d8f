package dev.runway.drift.distribution;

import dev.runway.drift.performance.Interval;
import dev.runway.drift.statistics.ChiSquared;
import dev.runway.drift.statistics.NoncentralChiSquared;
import dev.runway.drift.statistics.Normal;

/**
 * What a PSI says about the distributions behind the counts.
 *
 * <p>Without change PSI / k follows chi-square with B - 1 degrees of freedom, k = 1/N + 1/M
 * (Yurdakul 2018), so a PSI of samples is (B - 1) k too high on average. If the true PSI is delta,
 * PSI / k follows the non-central law with lambda = delta / k. The question that matters is whether
 * the drift is material, more than delta, and not whether there is any: with many events there
 * always is. So the threshold that PSI is compared with is high for few events and approaches delta
 * for many.
 *
 * <p>Each side has its dispersion, so k = phi_N / N + phi_M / M: how much live windows scatter says
 * nothing about a training set. With many predictions a window's scatter is that of small real
 * changes from window to window, phi_M / M then stays as it is however large M is, and so does k.
 *
 * <p>Where counts scatter more along a shift than on average, by a stretch s, PSI / (k s) is
 * compared with the law of (B - 1) / s degrees and lambda / s: the same mean, and the variance that
 * drift along a shift has.
 *
 * @param psi of the smoothed shares
 * @param bins non-empty ones, B; 1 or more
 * @param k 1/N + 1/M, each times the dispersion of its side
 * @param se standard error of PSI, dispersion included
 * @param stretch dispersion along a shift over that on average, 1 or above
 */
public record PsiTest(double psi, int bins, double k, double se, double stretch) {

  /** With the same dispersion in every direction. */
  public PsiTest(double psi, int bins, double k, double se) {
    this(psi, bins, k, se, 1);
  }

  /**
   * The test of two distributions over the same bins.
   *
   * @param shares smoothed, so that PSI is finite
   * @param dispersion variance of the counts in units of the multinomial one, 1 or above: events of
   *     one user resemble each other, see {@link Overdispersion}
   */
  public static PsiTest of(BinnedShares shares, double dispersion) {
    return of(shares, Dispersion.of(dispersion));
  }

  /** The same with a dispersion that is larger along a shift, of both sides. */
  public static PsiTest of(BinnedShares shares, Dispersion both) {
    return of(shares, both, both);
  }

  /** The same where the reference scatters otherwise than what is compared with it. */
  public static PsiTest of(BinnedShares shares, Dispersion reference, Dispersion current) {
    double k = reference.all() / shares.n() + current.all() / shares.m();
    double alongShift = reference.shift() / shares.n() + current.shift() / shares.m();
    return new PsiTest(
        shares.psi(),
        shares.bins(),
        k,
        shares.psiStandardError(reference.shift(), current.shift()),
        alongShift / k);
  }

  /** Degrees of freedom, B - 1. */
  public int degrees() {
    return bins - 1;
  }

  /** Mean of PSI when nothing changed, (B - 1) k. */
  public double expectedUnchanged() {
    return degrees() * k;
  }

  /** PSI without what sampling adds; may be below 0. */
  public double debiasedRaw() {
    return psi - expectedUnchanged();
  }

  /**
   * The PSI that may be compared with a fixed scale: {@code debiasedRaw}, or 0 if that is below.
   */
  public double debiased() {
    return Math.max(0, debiasedRaw());
  }

  /** 95 % interval of the true PSI. */
  public Interval interval() {
    double half = Interval.Z * se;
    return new Interval(Math.max(0, debiasedRaw() - half), Math.max(0, debiasedRaw() + half));
  }

  /** Probability of a PSI this high when nothing changed. */
  public double pAny() {
    return ChiSquared.survival(psi / (k * stretch), degrees() / stretch);
  }

  /** Probability of a PSI this high when the true one is delta: of being immaterial. */
  public double pMaterial(double delta) {
    double unit = k * stretch;
    return NoncentralChiSquared.survival(psi / unit, degrees() / stretch, delta / unit);
  }

  /** The same by the normal law of the delta method: rougher, and conservative. */
  public double pMaterialNormal(double delta) {
    return Normal.survival((debiasedRaw() - delta) / se);
  }

  /** The PSI that is exceeded with probability alpha when nothing changed. */
  public double critical(double alpha) {
    return critical(bins, k, alpha);
  }

  public static double critical(int bins, double k, double alpha) {
    return k * ChiSquared.quantile(1 - alpha, bins - 1);
  }

  /** The PSI that is exceeded with probability alpha when the true one is delta. */
  public double threshold(double delta, double alpha) {
    double unit = k * stretch;
    return unit * NoncentralChiSquared.quantile(1 - alpha, degrees() / stretch, delta / unit);
  }

  public static double threshold(int bins, double k, double delta, double alpha) {
    return k * NoncentralChiSquared.quantile(1 - alpha, bins - 1, delta / k);
  }
}
