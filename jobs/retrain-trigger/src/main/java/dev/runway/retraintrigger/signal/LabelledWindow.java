package dev.runway.retraintrigger.signal;

import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How good a version was in one window whose labels are final.
 *
 * @param coverage share of the predictions that have labels; null when not known
 * @param metrics by name
 */
public record LabelledWindow(
    long windowStartMillis,
    long windowEndMillis,
    long revision,
    @Nullable Double coverage,
    SortedMap<String, Value> metrics) {

  /**
   * A metric with its error.
   *
   * @param samples labels behind it
   */
  public record Value(double value, double standardError, long samples) {}

  /**
   * Of a reading.
   *
   * @return empty for readings that decide nothing: of a part of the traffic, estimated, not final
   */
  public static Optional<LabelledWindow> of(PerformanceReading reading) {
    boolean decides =
        reading.maturity() == Maturity.FINAL
            && !reading.estimated()
            && reading.segment().equals(PerformanceReading.ALL)
            && reading.variant().equals(PerformanceReading.ALL);
    if (!decides) {
      return Optional.empty();
    }
    SortedMap<String, Value> metrics = new TreeMap<>();
    for (PerformanceReading.Metric metric : reading.metrics()) {
      Double value = metric.value();
      Double error = metric.standardError();
      boolean judged = PerformanceScale.of(metric.name()) != null;
      if (judged && value != null && error != null && error > 0) {
        metrics.put(metric.name(), new Value(value, error, metric.samples()));
      }
    }
    return Optional.of(
        new LabelledWindow(
            reading.windowStartMillis(),
            reading.windowEndMillis(),
            reading.revision(),
            reading.coverage().coverage(),
            metrics));
  }

  /** Names of the metrics that are compared, in the order in which they are asked. */
  public static List<String> metricNames() {
    return PerformanceScale.names();
  }
}
