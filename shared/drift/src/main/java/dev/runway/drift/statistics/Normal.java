package dev.runway.drift.statistics;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErfc;

/** The standard normal distribution. */
public final class Normal {

  private static final double ROOT_2 = Math.sqrt(2);

  private Normal() {}

  /** P(Z &gt; z). */
  public static double survival(double z) {
    return Erfc.value(z / ROOT_2) / 2;
  }

  /** P(|Z| &gt; |z|). */
  public static double twoSided(double z) {
    return Erfc.value(Math.abs(z) / ROOT_2);
  }

  /** The z that is exceeded with probability p in (0, 1). */
  public static double upperQuantile(double p) {
    return ROOT_2 * InverseErfc.value(2 * p);
  }
}
