package dev.runway.demo.result;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftTile;
import java.util.List;

/** Readings of drift as drift-monitor writes them. */
final class DriftReadings {
  static final long DAY = 86_400_000;

  private DriftReadings() {}

  static Feature feature(String name, double psi, double threshold) {
    boolean flagged = psi > threshold;
    return new Feature(
        name,
        FeatureKind.NUMERIC,
        flagged,
        flagged ? 1.0 : 0.0,
        List.of(
            signal("psi", psi, threshold, flagged),
            new Signal(
                "psi_debiased",
                psi - 0.01,
                null,
                null,
                null,
                100,
                "EXACT_HISTOGRAM",
                null,
                null,
                null,
                flagged)));
  }

  static Signal signal(String metric, double value, double threshold, boolean flagged) {
    return new Signal(
        metric, value, null, null, 0.01, 100, "EXACT_HISTOGRAM", threshold, 0.5, 0.5, flagged);
  }

  /** A judged day. */
  static DriftReading day(int day, String segment, long revision, Feature... features) {
    return reading(day, segment, revision, Status.EVALUATED, List.of(features));
  }

  static DriftReading reading(
      int day, String segment, long revision, Status status, List<Feature> features) {
    return new DriftReading(
        "m",
        "1",
        segment,
        "m-1",
        false,
        day * DAY,
        (day + 1) * DAY,
        day * DAY,
        revision,
        status,
        100,
        2,
        features.size(),
        (int) features.stream().filter(Feature::flagged).count(),
        null,
        features);
  }

  static DriftTile tile(long minuteMillis, String segment, long predictions) {
    return new DriftTile(
        "m",
        "1",
        segment,
        "m-1",
        minuteMillis,
        minuteMillis + 60_000,
        predictions,
        predictions,
        new byte[] {1});
  }
}
