package dev.runway.groundtruth.window;

import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;

/**
 * A window of prediction time within one group of a model version.
 *
 * @param task the model's; should its document change it, the predictions of the old task and those
 *     of the new one are counted apart, for their counts do not add up
 * @param segment a segment, or {@link PerformanceReading#ALL}
 * @param variant a variant, or {@link PerformanceReading#ALL}
 */
public record WindowKey(
    Task task, long startMillis, long endMillis, String segment, String variant) {

  /** The window of all of a version's predictions that a prediction falls into. */
  public static WindowKey of(AdmittedPrediction prediction) {
    long length = prediction.terms().windowMillis();
    long start = Math.floorDiv(prediction.predictedAtMillis(), length) * length;
    return new WindowKey(
        prediction.terms().task(),
        start,
        start + length,
        PerformanceReading.ALL,
        PerformanceReading.ALL);
  }

  /** The same window, cut down to a segment and a variant. */
  public WindowKey within(String newSegment, String newVariant) {
    return new WindowKey(task, startMillis, endMillis, newSegment, newVariant);
  }

  /** Whether this holds every prediction of the window. */
  public boolean isWhole() {
    return segment.equals(PerformanceReading.ALL) && variant.equals(PerformanceReading.ALL);
  }
}
