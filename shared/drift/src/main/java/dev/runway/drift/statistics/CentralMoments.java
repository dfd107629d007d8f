package dev.runway.drift.statistics;

/**
 * Count, mean and the sums of the second to fourth powers of the distances from the mean.
 *
 * <p>Added by Welford's recursion and merged by the formulas of Chan et al. and Pébay, so that
 * values far from 0 keep their digits (a sum of squares would lose them).
 *
 * @param m2 sum of squared distances from the mean; m3 and m4 of cubed and fourth powers, NaN where
 *     they are not known
 */
public record CentralMoments(long n, double mean, double m2, double m3, double m4) {

  public static final CentralMoments EMPTY = new CentralMoments(0, 0, 0, 0, 0);

  /** Of values whose third and fourth powers nobody added up: skewness and kurtosis are NaN. */
  public static CentralMoments ofTwo(long n, double mean, double m2) {
    return new CentralMoments(n, mean, m2, Double.NaN, Double.NaN);
  }

  public static CentralMoments of(double... values) {
    CentralMoments moments = EMPTY;
    for (double value : values) {
      moments = moments.plus(new CentralMoments(1, value, 0, 0, 0));
    }
    return moments;
  }

  public CentralMoments plus(CentralMoments other) {
    if (n == 0) {
      return other;
    }
    if (other.n == 0) {
      return this;
    }
    double a = n;
    double b = other.n;
    double both = a + b;
    double d = other.mean - mean;
    double dn = d / both;
    double newM2 = m2 + other.m2 + d * dn * a * b;
    double newM3 = m3 + other.m3 + d * dn * dn * a * b * (a - b) + 3 * dn * (a * other.m2 - b * m2);
    double newM4 =
        m4
            + other.m4
            + d * dn * dn * dn * a * b * (a * a - a * b + b * b)
            + 6 * dn * dn * (a * a * other.m2 + b * b * m2)
            + 4 * dn * (a * other.m3 - b * m3);
    return new CentralMoments(n + other.n, mean + dn * b, newM2, newM3, newM4);
  }

  /** Sample variance, divided by n - 1; NaN below two values. */
  public double variance() {
    return n < 2 ? Double.NaN : m2 / (n - 1);
  }

  /** Third standardised moment, without bias correction; NaN where all are equal, or unknown. */
  public double skewness() {
    return Math.sqrt((double) n) * m3 / Math.pow(m2, 1.5);
  }

  /** Fourth standardised moment less 3, without bias correction; NaN as above. */
  public double kurtosisExcess() {
    return n * m4 / (m2 * m2) - 3;
  }
}
