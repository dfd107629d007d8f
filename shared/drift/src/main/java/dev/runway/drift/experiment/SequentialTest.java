package dev.runway.drift.experiment;

/**
 * Mixture sequential probability ratio test of a difference that is about normal: its p-values and
 * intervals hold at whatever time one looks.
 *
 * @param delta the difference that was measured
 * @param variance of that difference, above 0
 * @param tau2 square of the effect that is expected, above 0
 */
public record SequentialTest(double delta, double variance, double tau2) {

  /** Of two shares. */
  public static SequentialTest ofShares(
      long successesA, long trialsA, long successesB, long trialsB, double tau2) {
    double a = (double) successesA / trialsA;
    double b = (double) successesB / trialsB;
    return new SequentialTest(b - a, a * (1 - a) / trialsA + b * (1 - b) / trialsB, tau2);
  }

  /** The mixture likelihood ratio against "there is no difference". */
  public double lambda() {
    return Math.sqrt(variance / (variance + tau2))
        * StrictMath.exp(tau2 * delta * delta / (2 * variance * (variance + tau2)));
  }

  /**
   * The p-value of this look, at most 1. The lowest one of all looks so far holds always.
   *
   * @return 0 to 1; 1 without variance, where nothing was measured
   */
  public double p() {
    double lambda = lambda();
    return Double.isNaN(lambda) ? 1 : Math.min(1, 1 / lambda);
  }

  /**
   * The p-value that holds after several looks: the lowest of them.
   *
   * @param before what this gave at the look before, 1 at the first
   */
  public double p(double before) {
    return Math.min(before, p());
  }

  /** Half the width of the interval that covers the truth at all times with 1 - alpha. */
  public double halfWidth(double alpha) {
    return Math.sqrt(
        variance
            * (variance + tau2)
            / tau2
            * (StrictMath.log((variance + tau2) / variance) - 2 * StrictMath.log(alpha)));
  }

  /** Half the width of the same interval of a mean of {@code n} values, whose scale is rho. */
  public static double halfWidth(double n, double sigma, double rho2, double alpha) {
    return new SequentialTest(0, sigma * sigma / n, rho2 * sigma * sigma).halfWidth(alpha);
  }
}
