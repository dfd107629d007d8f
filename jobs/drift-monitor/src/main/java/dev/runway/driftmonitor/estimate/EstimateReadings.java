package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.EstimatedPerformance;
import dev.runway.drift.performance.Interval;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says estimates in the contract's terms. They decide nothing: no signal of theirs is flagged. */
final class EstimateReadings {
  /** Profile id of estimated performance. */
  static final String ESTIMATE = "performance-estimate";

  /** The model's performance, among the features. */
  static final String PERFORMANCE = "$performance";

  private static final String METHOD = "CBPE";

  private EstimateReadings() {}

  /**
   * The reading of a window.
   *
   * @param estimates none where there are too few predictions
   * @param calibrationLabels labels that say what scores mean
   */
  static DriftReading of(
      VersionKey key,
      Window window,
      long predictions,
      long revision,
      List<EstimatedPerformance> estimates,
      long calibrationLabels,
      MaturedHistory.Trust trust) {
    boolean enough = !estimates.isEmpty();
    return new DriftReading(
        key.modelId(),
        key.version(),
        DriftReading.ALL,
        ESTIMATE,
        // What no label has confirmed yet triggers nothing alone.
        true,
        window.startMillis(),
        window.endMillis(),
        window.startMillis(),
        revision,
        enough ? Status.EVALUATED : Status.INSUFFICIENT_DATA,
        predictions,
        1,
        enough ? 1 : 0,
        0,
        null,
        enough ? List.of(performance(estimates, calibrationLabels, trust)) : List.of());
  }

  private static Feature performance(
      List<EstimatedPerformance> estimates, long calibrationLabels, MaturedHistory.Trust trust) {
    List<Signal> signals = new ArrayList<>();
    for (EstimatedPerformance estimate : estimates) {
      Interval interval = estimate.interval();
      signals.add(
          signal(
              "estimated_" + estimate.name(),
              estimate.value(),
              interval,
              estimate.standardError(),
              estimate.n(),
              METHOD));
    }
    signals.add(trust(trust));
    signals.add(
        signal(
            "calibration_labels",
            (double) calibrationLabels,
            null,
            null,
            calibrationLabels,
            "COUNT"));
    return new Feature(PERFORMANCE, FeatureKind.NUMERIC, false, null, signals);
  }

  private static Signal trust(MaturedHistory.Trust trust) {
    if (trust.comparisons() < MaturedHistory.LEAST_COMPARISONS) {
      return signal("trust", null, null, null, trust.comparisons(), "MATURED_WINDOWS");
    }
    double share = (double) trust.agreed() / trust.comparisons();
    return signal(
        "trust",
        share,
        Interval.wilson(share, trust.comparisons()),
        Math.sqrt(share * (1 - share) / trust.comparisons()),
        trust.comparisons(),
        "MATURED_WINDOWS");
  }

  private static Signal signal(
      String metric,
      @Nullable Double value,
      @Nullable Interval interval,
      @Nullable Double se,
      long samples,
      String method) {
    return new Signal(
        metric,
        value,
        interval == null ? null : interval.low(),
        interval == null ? null : interval.high(),
        se,
        samples,
        method,
        null,
        null,
        null,
        false);
  }
}
