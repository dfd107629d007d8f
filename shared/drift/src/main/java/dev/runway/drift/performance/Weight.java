package dev.runway.drift.performance;

/**
 * Sampling weights in fixed point: one unit is 2^-20, so weight 1 is {@link #ONE} units.
 *
 * <p>Integers make weighted counts exact under any order of addition. A weight 1/rate is rounded
 * once, when it is read; relative error at most 2^-21 for weights of 1 and more.
 */
public final class Weight {

  /** Bits behind the binary point. */
  static final int FRACTION_BITS = 20;

  /** The weight of an unsampled event. */
  public static final long ONE = 1L << FRACTION_BITS;

  /**
   * Largest weight of one event, 2^20. Sums of weights are wider than a long: {@link WeightSum}.
   */
  public static final long MAX = 1L << 40;

  private Weight() {}

  /**
   * Units of a weight.
   *
   * @param weight above 0, at most 2^20
   * @return units, rounded to nearest
   * @throws IllegalArgumentException if the weight is not finite, not positive, too large, or so
   *     small that it rounds to 0 units
   */
  public static long ofDouble(double weight) {
    double units = Math.rint(weight * ONE);
    if (!(units >= 1 && units <= MAX)) {
      throw new IllegalArgumentException(
          "weight " + weight + " is outside [2^-20, 2^20]: use 1/sampling rate");
    }
    return (long) units;
  }

  /** The weight as a number; exact for one event's weight, correctly rounded for large sums. */
  public static double toDouble(long units) {
    return (double) units / ONE;
  }

  /** Units of one event times sign, or a refusal naming what was wrong. */
  static long signed(long units, int sign) {
    if (units < 1 || units > MAX) {
      throw new IllegalArgumentException(
          "weight units " + units + " outside [1, 2^40]: weight 1 is " + ONE + " units");
    }
    if (sign != 1 && sign != -1) {
      throw new IllegalArgumentException("sign " + sign + " must be 1 (add) or -1 (retract)");
    }
    return sign * units;
  }
}
