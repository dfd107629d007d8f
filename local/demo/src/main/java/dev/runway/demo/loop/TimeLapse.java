package dev.runway.demo.loop;

import java.time.Duration;

/**
 * How the time of a sample becomes the time of the act: an hour of the act, its step, is a quarter
 * of a year of one sample and a day and a half of another. Nothing else changes: order, gaps and
 * delays stay in proportion.
 *
 * @param dataStartMillis time in the sample at which the act begins
 * @param dataPerStep time of the sample in one step
 * @param actStartMillis when the act begins, in its own time
 */
public record TimeLapse(long dataStartMillis, Duration dataPerStep, long actStartMillis) {
  /** A step of the act: a window of every model. */
  public static final Duration STEP = Duration.ofHours(1);

  /** Of a time in the sample, which may be before the act. */
  public long act(long dataMillis) {
    double steps = (dataMillis - dataStartMillis) / (double) dataPerStep.toMillis();
    return actStartMillis + Math.round(steps * STEP.toMillis());
  }

  /** The other way. */
  public long data(long actMillis) {
    double steps = (actMillis - actStartMillis) / (double) STEP.toMillis();
    return dataStartMillis + Math.round(steps * dataPerStep.toMillis());
  }

  /** A length of time of the sample in the act, in whole seconds and at least one. */
  public Duration length(Duration data) {
    double share = data.toMillis() / (double) dataPerStep.toMillis();
    return Duration.ofSeconds(Math.max(1, (long) Math.ceil(share * STEP.toSeconds())));
  }
}
