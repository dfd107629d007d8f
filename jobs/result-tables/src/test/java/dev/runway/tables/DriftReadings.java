package dev.runway.tables;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftTile;
import java.util.Arrays;
import java.util.List;

/** Drift readings and tiles of the first hour of March 2001, which differ in model and revision. */
final class DriftReadings {
  private DriftReadings() {}

  /**
   * Names the features given, of which those that begin with an exclamation mark are flagged; their
   * PSI is the revision over 1,000.
   */
  static DriftReading of(String model, long revision, String... features) {
    List<Feature> named = Arrays.stream(features).map(name -> feature(name, revision)).toList();
    int flagged = (int) named.stream().filter(Feature::flagged).count();
    return new DriftReading(
        model,
        "v1",
        DriftReading.ALL,
        "b-1",
        false,
        Readings.START.toEpochMilli(),
        Readings.END.toEpochMilli(),
        Readings.START.minusSeconds(3_600).toEpochMilli(),
        revision,
        Status.EVALUATED,
        2_000,
        14,
        13,
        flagged,
        flagged / 4.0,
        named);
  }

  private static Feature feature(String name, long revision) {
    boolean flagged = name.startsWith("!");
    return new Feature(
        flagged ? name.substring(1) : name,
        FeatureKind.NUMERIC,
        flagged,
        flagged ? 0.75 : null,
        List.of(
            new Signal(
                "psi",
                revision / 1000.0,
                0.25,
                0.5,
                0.0625,
                1_900,
                "EXACT_HISTOGRAM",
                0.125,
                0.001,
                0.014,
                flagged),
            new Signal(
                "missing", null, null, null, null, 2_000, "COUNT", null, null, null, false)));
  }

  /** Of metrics of users: one feature above the threshold of one. */
  static DriftReading ofUsers(String model, long revision) {
    Signal ratio =
        new Signal(
            "custom:ratio", 2.5, null, null, null, 1_900, "CUSTOM_SQL", 1.5, null, null, true);
    return new DriftReading(
        model,
        "v1",
        DriftReading.ALL,
        "custom.b-1",
        false,
        Readings.START.toEpochMilli(),
        Readings.END.toEpochMilli(),
        Readings.START.toEpochMilli(),
        revision,
        Status.EVALUATED,
        2_000,
        14,
        1,
        1,
        0.5,
        List.of(new Feature("age", FeatureKind.NUMERIC, true, 0.5, List.of(ratio))));
  }

  /** Its counts are so many bytes, each of them the revision. */
  static DriftTile tile(String model, long revision, int size) {
    byte[] counts = new byte[size];
    Arrays.fill(counts, (byte) revision);
    return new DriftTile(
        model,
        "v1",
        DriftReading.ALL,
        "b-1",
        Readings.START.toEpochMilli(),
        Readings.START.plusSeconds(60).toEpochMilli(),
        revision,
        2_000,
        counts);
  }
}
