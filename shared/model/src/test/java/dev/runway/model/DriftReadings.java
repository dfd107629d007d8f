package dev.runway.model;

import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.util.List;

/** Drift readings and tiles of the tests. */
final class DriftReadings {
  private DriftReadings() {}

  static DriftReading golden() {
    return new DriftReading(
        "late-arrival",
        "v1",
        "eu",
        "b-1",
        true,
        983428200000L,
        983430000000L,
        983426400000L,
        12,
        Status.EVALUATED,
        2048,
        14,
        13,
        1,
        0.75,
        List.of(
            new Feature(
                "delay_minutes",
                FeatureKind.NUMERIC,
                true,
                0.75,
                List.of(
                    new Signal(
                        "psi_debiased",
                        0.375,
                        0.25,
                        0.5,
                        0.0625,
                        2000,
                        "EXACT_HISTOGRAM",
                        0.125,
                        0.001,
                        0.014,
                        true),
                    new Signal(
                        "missing", 0.0234375, null, null, null, 2048, "COUNT", null, null, null,
                        false))),
            new Feature("$label", FeatureKind.CATEGORICAL, false, null, List.of())));
  }

  /** A reading of one feature with one signal. */
  static DriftReading of(Signal signal) {
    return new DriftReading(
        "late-arrival",
        "v1",
        DriftReading.ALL,
        "b-1",
        false,
        983428200000L,
        983430000000L,
        983428200000L,
        1,
        Status.EVALUATED,
        2048,
        1,
        1,
        0,
        0.0,
        List.of(new Feature("delay", FeatureKind.NUMERIC, false, 0.0, List.of(signal))));
  }

  /** A window without a decision, of an evaluation that named no feature. */
  static DriftReading goldenMinimal() {
    return new DriftReading(
        "late-arrival",
        "v1",
        DriftReading.ALL,
        "b-1",
        false,
        983428200000L,
        983430000000L,
        983428200000L,
        0,
        Status.NO_DECISION,
        8,
        14,
        0,
        0,
        null,
        List.of());
  }

  /** A version that has no baseline. */
  static DriftReading goldenWithoutBaseline() {
    return new DriftReading(
        "late-arrival",
        "v1",
        DriftReading.ALL,
        DriftReading.NO_PROFILE,
        false,
        983428200000L,
        983430000000L,
        983428200000L,
        2048,
        Status.NO_BASELINE,
        2048,
        0,
        0,
        0,
        null,
        List.of());
  }

  /** A feature that a season excuses. */
  static DriftReading goldenExcused() {
    return new DriftReading(
        "late-arrival",
        "v1",
        DriftReading.ALL,
        "b-1",
        false,
        983428200000L,
        983430000000L,
        983428200000L,
        12,
        Status.EVALUATED,
        2048,
        14,
        13,
        0,
        1,
        0.0,
        List.of(
            new Feature(
                "delay_minutes",
                FeatureKind.NUMERIC,
                false,
                1,
                0.75,
                List.of(
                    new Signal(
                        "psi_last_week",
                        0.03125,
                        null,
                        null,
                        null,
                        2000,
                        "EXACT_HISTOGRAM",
                        null,
                        null,
                        null,
                        false)))));
  }

  /** Words that the baseline did not know, told by a filter that is wrong now and then. */
  static DriftReading goldenWords() {
    return of(
        new Signal(
            "new_category",
            0.03125,
            0.025,
            0.04,
            null,
            2000,
            "WORD_FILTER",
            0.0625,
            null,
            null,
            false,
            0.0009765625,
            "zz 41, yy 20 to 23"));
  }

  static ProducerTile goldenProducerTile() {
    return new ProducerTile(
        "scorer-3",
        2,
        "late-arrival",
        "v1",
        "eu",
        "b-1",
        983428200000L,
        983428260000L,
        2048,
        new byte[] {1, 2, 3, 4, -1});
  }

  static DriftTile goldenTile() {
    return new DriftTile(
        "late-arrival",
        "v1",
        "eu",
        "b-1",
        983428200000L,
        983428260000L,
        7,
        2048,
        new byte[] {1, 2, 3, 4, -1});
  }
}
