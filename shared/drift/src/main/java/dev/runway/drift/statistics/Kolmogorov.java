package dev.runway.drift.statistics;

/** Kolmogorov's distribution: the limit law of sqrt(NM / (N + M)) D of two samples. */
public final class Kolmogorov {

  private static final double SERIES_CHANGE = 1.18;

  private Kolmogorov() {}

  /**
   * P(K &gt; lambda), by the alternating series of the upper tail, or below 1.18 by its theta
   * transform, which converges where the other does not. Error below 1e-15.
   */
  public static double survival(double lambda) {
    if (lambda <= 0) {
      return 1;
    }
    return lambda < SERIES_CHANGE ? 1 - lower(lambda) : upper(lambda);
  }

  private static double upper(double lambda) {
    double sum = 0;
    for (int j = 1; j <= 20; j++) {
      double term = Math.exp(-2.0 * j * j * lambda * lambda);
      sum += j % 2 == 1 ? term : -term;
    }
    return Math.min(1, 2 * sum);
  }

  private static double lower(double lambda) {
    double sum = 0;
    for (int j = 1; j <= 20; j++) {
      double odd = 2.0 * j - 1;
      sum += Math.exp(-odd * odd * Math.PI * Math.PI / (8 * lambda * lambda));
    }
    return Math.sqrt(2 * Math.PI) / lambda * sum;
  }

  /** The lambda that is exceeded with probability alpha, by the first term of the upper tail. */
  public static double critical(double alpha) {
    return Math.sqrt(-0.5 * Math.log(alpha / 2));
  }
}
