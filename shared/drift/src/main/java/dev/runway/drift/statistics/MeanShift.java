package dev.runway.drift.statistics;

/**
 * How mean and variance moved from a reference to now. Both samples need two values and some
 * spread.
 *
 * @param smd standardised mean difference: in standard deviations of the reference (Glass)
 * @param smdSe its standard error, for a reference much larger than the current sample
 * @param varianceRatio current over reference
 * @param welchT difference of the means over its standard error with unequal variances
 * @param degrees Welch's and Satterthwaite's degrees of freedom
 */
public record MeanShift(
    double smd, double smdSe, double varianceRatio, double welchT, double degrees) {

  /**
   * Compares two samples by their size, mean and sample variance.
   *
   * @param n values of the reference, 2 or more; m of the current sample
   * @param variance sample variances, at least one above 0, and the reference's above 0
   */
  public static MeanShift of(
      double n,
      double mean,
      double variance,
      double m,
      double currentMean,
      double currentVariance) {
    if (n < 2 || m < 2 || !(variance > 0)) {
      throw new IllegalArgumentException("needs two values each and a reference with spread");
    }
    double a = variance / n;
    double b = currentVariance / m;
    double difference = currentMean - mean;
    double degrees = (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1));
    double sd = Math.sqrt(variance);
    return new MeanShift(
        difference / sd,
        Math.sqrt(a + b) / sd,
        currentVariance / variance,
        difference / Math.sqrt(a + b),
        degrees);
  }

  public static MeanShift of(CentralMoments reference, CentralMoments current) {
    return of(
        (double) reference.n(),
        reference.mean(),
        reference.variance(),
        (double) current.n(),
        current.mean(),
        current.variance());
  }

  /** Two-sided p-value of "the means are the same". */
  public double p() {
    return StudentT.twoSided(welchT, degrees);
  }
}
