package dev.runway.drift.performance;

/** A 95 % interval. */
public record Interval(double low, double high) {

  /** The 0.975 quantile of the standard normal distribution. */
  public static final double Z = 1.959963984540054;

  /**
   * Wilson's score interval of a share.
   *
   * @param share in [0, 1]
   * @param n effective number of trials, above 0
   */
  public static Interval wilson(double share, double n) {
    double z2 = Z * Z;
    double scale = 1 + z2 / n;
    double centre = (share + z2 / (2 * n)) / scale;
    double half = Z / scale * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n));
    // At 0 and 1 the ends are the share itself, up to rounding that must not leave it outside.
    double low = Math.max(0, Math.min(share, centre - half));
    return new Interval(low, Math.min(1, Math.max(share, centre + half)));
  }

  /** Value +- 1.96 se, cut to [min, max]. */
  static Interval normal(double value, double se, double min, double max) {
    return around(value, value, se, min, max);
  }

  /** 1.96 se around a value that is only known to lie in [low, high], cut to [min, max]. */
  static Interval around(double low, double high, double se, double min, double max) {
    return new Interval(Math.max(min, low - Z * se), Math.min(max, high + Z * se));
  }
}
