package dev.runway.drift.embedding.traffic;

import org.jspecify.annotations.Nullable;

/**
 * One number about the vectors of a window.
 *
 * @param value null where there is none; never NaN
 * @param se standard error from the choice of items; null if there is none
 * @param low lower end of the 95 % interval; null if there is none
 * @param high upper end
 * @param n vectors that it rests on
 * @param gap why there is no value; null where there is one
 */
public record TrafficReading(
    TrafficMetric metric,
    @Nullable Double value,
    @Nullable Double se,
    @Nullable Double low,
    @Nullable Double high,
    long n,
    @Nullable Gap gap) {

  /** Why a number is not there. */
  public enum Gap {
    /** The version is too young to be compared with what it was. */
    NO_REFERENCE,
    /** It would say more about the number of vectors than about them. */
    TOO_FEW_VECTORS,
    /** Not defined, such as a change of what was nothing. */
    UNDEFINED
  }

  static TrafficReading missing(TrafficMetric metric, long n, Gap gap) {
    return new TrafficReading(metric, null, null, null, null, n, gap);
  }

  /** A value with all there is about it; undefined if one of them is not finite. */
  static TrafficReading of(
      TrafficMetric metric, double value, double se, double low, double high, long n) {
    if (!Double.isFinite(value + se + low + high)) {
      return missing(metric, n, Gap.UNDEFINED);
    }
    return new TrafficReading(metric, value, se, low, high, n, null);
  }
}
