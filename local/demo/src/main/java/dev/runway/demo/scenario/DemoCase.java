package dev.runway.demo.scenario;

import dev.runway.demo.train.FeatureRow;
import dev.runway.model.Prediction;

/**
 * One prediction of the demo with what the samples say became of it.
 *
 * @param positive the true class; without meaning when the outcome is never observed
 * @param observedAtMillis when the outcome is observed, epoch milliseconds, or {@link #NEVER}
 */
public record DemoCase(
    Prediction prediction, FeatureRow features, boolean positive, long observedAtMillis) {

  /** Time of an outcome that is never observed. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Whether an outcome is ever observed, in time or late. */
  public boolean observed() {
    return observedAtMillis != NEVER;
  }

  /** From prediction to observation; ask only when observed. */
  public long delayMillis() {
    return observedAtMillis - prediction.predictedAtMillis();
  }
}
