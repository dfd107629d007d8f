package dev.runway.demo.result;

import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;

/**
 * How far a model is.
 *
 * @param predictions distinct predictions read
 * @param newestWindowMillis start of the newest window that has a reading
 * @param provisionalWindows windows whose labels are still due
 */
public record ModelProgress(
    long predictions, long joined, long waiting, long newestWindowMillis, long provisionalWindows) {

  static ModelProgress of(PerformanceReading reading) {
    return new ModelProgress(
        reading.coverage().predictions(),
        reading.coverage().joined(),
        reading.coverage().waiting(),
        reading.windowStartMillis(),
        reading.maturity() == Maturity.FINAL ? 0 : 1);
  }

  ModelProgress plus(ModelProgress other) {
    return new ModelProgress(
        predictions + other.predictions,
        joined + other.joined,
        waiting + other.waiting,
        Math.max(newestWindowMillis, other.newestWindowMillis),
        provisionalWindows + other.provisionalWindows);
  }
}
