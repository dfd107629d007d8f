package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;

/**
 * One case of the act, in its time.
 *
 * @param positive the true class; without meaning when the outcome is never observed
 * @param observedAtMillis when the outcome is observed, or {@link #NEVER}
 */
public record LoopCase(
    String id,
    long atMillis,
    String segment,
    FeatureRow features,
    boolean positive,
    long observedAtMillis) {

  /** Time of an outcome that is never observed. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Whether its outcome is ever observed. */
  public boolean observed() {
    return observedAtMillis != NEVER;
  }

  /** The same with the answer of a model upstream among its features. */
  LoopCase with(String feature, double value) {
    return new LoopCase(
        id, atMillis, segment, features.with(feature, value), positive, observedAtMillis);
  }
}
