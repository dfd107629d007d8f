package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * One named number with what is known about its error.
 *
 * @param name lower snake case
 * @param value null when the metric is undefined on these events (AUC of one class); never NaN
 * @param low lower end of the 95 % interval, null if there is none
 * @param high upper end of the 95 % interval
 * @param se standard error, null if there is none
 * @param boundLow lower end of where the exact value lies for sure, null where the value is exact
 * @param boundHigh upper end of the same
 * @param n events the metric rests on, without weights
 * @param effectiveN Kish's effective n of their weights, equal to n for equal weights
 */
public record Metric(
    String name,
    @Nullable Double value,
    @Nullable Double low,
    @Nullable Double high,
    @Nullable Double se,
    @Nullable Double boundLow,
    @Nullable Double boundHigh,
    long n,
    double effectiveN) {

  /** What arithmetic may carry a value out of its range. */
  private static final double ROUNDING = 1e-9;

  static Metric undefined(String name, Tally events) {
    return plain(name, null, events);
  }

  /** A value without an interval. */
  static Metric plain(String name, @Nullable Double value, Tally events) {
    return new Metric(
        name, value, null, null, null, null, null, events.count(), events.effectiveN());
  }

  /**
   * A value with an interval that is not symmetric, so that the standard error does not give it.
   */
  static Metric within(String name, double value, Interval interval, double se, Tally events) {
    return new Metric(
        name,
        value,
        interval.low(),
        interval.high(),
        se,
        null,
        null,
        events.count(),
        events.effectiveN());
  }

  /**
   * Value +- 1.96 standard errors, cut to the range the metric can take. Outside of that range it
   * is undefined: more was taken back than added so far.
   */
  static Metric normal(
      String name, double value, @Nullable Double se, double min, double max, Tally events) {
    if (!(value >= min - ROUNDING && value <= max + ROUNDING)) {
      return undefined(name, events);
    }
    double inside = Math.max(min, Math.min(value, max));
    return se == null
        ? plain(name, inside, events)
        : within(name, inside, Interval.normal(inside, se, min, max), se, events);
  }

  /** Share of the events that are hits, with Wilson's interval; se = sqrt(p (1 - p) / n). */
  static Metric share(String name, Tally hits, Tally events) {
    if (events.undefined()) {
      return undefined(name, events);
    }
    double share = hits.weight() / events.weight();
    if (!(share >= 0 && share <= 1)) {
      // More was taken back than added so far.
      return undefined(name, events);
    }
    double n = events.effectiveN();
    double se = Math.sqrt(share * (1 - share) / n);
    return within(name, share, Interval.wilson(share, n), se, events);
  }

  /** Mean of a per-event value. */
  static Metric mean(String name, Moments moments, double min, double max, Tally events) {
    if (events.undefined()) {
      return undefined(name, events);
    }
    return normal(name, moments.mean(events), moments.standardError(events), min, max, events);
  }

  Metric boundedBy(double exactLow, double exactHigh) {
    return new Metric(name, value, low, high, se, exactLow, exactHigh, n, effectiveN);
  }
}
