package dev.runway.drift.statistics;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/** Student's distribution. */
final class StudentT {

  private StudentT() {}

  /**
   * P(|T| &gt; |t|), as an incomplete beta function of df / (df + t^2).
   *
   * @param df degrees of freedom, above 0, not necessarily whole
   */
  static double twoSided(double t, double df) {
    return RegularizedBeta.value(df / (df + t * t), df / 2, 0.5);
  }
}
