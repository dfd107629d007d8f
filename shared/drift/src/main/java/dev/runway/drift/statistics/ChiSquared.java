package dev.runway.drift.statistics;

import org.apache.commons.numbers.gamma.RegularizedGamma;

/** Upper tail and quantiles of the chi-square distribution; with 0 degrees all mass is at 0. */
public final class ChiSquared {

  private ChiSquared() {}

  /**
   * P(X &gt; x), or 1 where {@code x <= 0}.
   *
   * @param df degrees of freedom, 0 or above
   */
  public static double survival(double x, double df) {
    if (x <= 0) {
      return 1;
    }
    return df == 0 ? 0 : RegularizedGamma.Q.value(df / 2, x / 2);
  }

  /**
   * The x that X stays at or below with probability p.
   *
   * @param p in (0, 1)
   * @param df degrees of freedom, 0 or above
   */
  public static double quantile(double p, double df) {
    return df == 0 ? 0 : NoncentralChiSquared.quantile(p, df, 0);
  }
}
