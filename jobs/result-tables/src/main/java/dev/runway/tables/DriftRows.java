package dev.runway.tables;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Table {@code drift_readings}: four rows of the model as a whole, one for each feature as a whole,
 * one for each of its signals; undefined values as NULL. What a season excuses has one more each.
 *
 * <p>The rows of the model are in every reading: a row of the window that is older than they are is
 * of a reading that has been replaced, and no view shows it.
 */
final class DriftRows implements RowMapping<DriftReading> {
  /** In place of a feature, in rows of the model. */
  static final String MODEL = "*";

  /** In place of a metric, in rows of a feature or the model as a whole. */
  static final String SEVERITY = "severity";

  private static final Table TABLE =
      new Table(
          "drift_readings",
          List.of(
              new Column("model_id", Kind.TEXT),
              new Column("model_version", Kind.TEXT),
              new Column("segment", Kind.TEXT),
              new Column("profile_id", Kind.TEXT),
              new Column("window_end_at", Kind.INSTANT),
              new Column("feature", Kind.TEXT),
              new Column("metric", Kind.TEXT),
              new Column("kind", Kind.TEXT),
              new Column("value", Kind.DOUBLE),
              new Column("low", Kind.DOUBLE),
              new Column("high", Kind.DOUBLE),
              new Column("standard_error", Kind.DOUBLE),
              new Column("method_error", Kind.DOUBLE),
              new Column("samples", Kind.BIGINT),
              new Column("method", Kind.TEXT),
              new Column("detail", Kind.TEXT),
              new Column("threshold", Kind.DOUBLE),
              new Column("p_value", Kind.DOUBLE),
              new Column("q_value", Kind.DOUBLE),
              new Column("severity", Kind.DOUBLE),
              new Column("flagged", Kind.BOOLEAN),
              new Column("status", Kind.TEXT),
              new Column("window_start_at", Kind.INSTANT),
              new Column("evaluated_from_at", Kind.INSTANT),
              new Column("provisional", Kind.BOOLEAN),
              new Column(WindowColumns.REVISION, Kind.BIGINT),
              new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT)),
          7,
          WindowColumns.NEWER_BY,
          "drop_old_drift_readings");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<DriftReading> event) {
    DriftReading reading = event.event();
    List<TableRow> rows = new ArrayList<>();
    rows.add(ofModel(event, SEVERITY, reading.severity()));
    rows.add(ofModel(event, "features", (double) reading.profileFeatures()));
    rows.add(ofModel(event, "evaluated", (double) reading.evaluated()));
    rows.add(ofModel(event, "flagged", (double) reading.flagged()));
    if (reading.excused() > 0) {
      rows.add(ofModel(event, "excused", (double) reading.excused()));
    }
    for (Feature feature : reading.features()) {
      rows.add(ofFeature(event, feature));
      Integer week = feature.excusedByWeek();
      if (week != null) {
        Signal excuse = whole(reading, "excused_by_week", (double) week, false);
        rows.add(
            row(event, feature.name(), feature.kind().name(), feature.severity(), excuse, null));
      }
      for (Signal signal : feature.signals()) {
        rows.add(ofSignal(event, feature, signal));
      }
    }
    return rows;
  }

  private static TableRow ofModel(
      Sourced<DriftReading> event, String metric, @Nullable Double value) {
    DriftReading reading = event.event();
    Signal whole = whole(reading, metric, value, reading.flagged() > 0);
    return row(event, MODEL, "MODEL", reading.severity(), whole, null);
  }

  private static TableRow ofFeature(Sourced<DriftReading> event, Feature feature) {
    Signal whole = whole(event.event(), SEVERITY, feature.severity(), feature.flagged());
    return row(event, feature.name(), feature.kind().name(), feature.severity(), whole, null);
  }

  private static TableRow ofSignal(Sourced<DriftReading> event, Feature feature, Signal signal) {
    return row(
        event, feature.name(), feature.kind().name(), feature.severity(), signal, signal.method());
  }

  /** What is said of a feature or the model as a whole, in the form of a signal. */
  private static Signal whole(
      DriftReading reading, String metric, @Nullable Double value, boolean flagged) {
    return new Signal(
        metric, value, null, null, null, reading.predictions(), "", null, null, null, flagged);
  }

  private static TableRow row(
      Sourced<DriftReading> event,
      String feature,
      String kind,
      @Nullable Double severity,
      Signal signal,
      @Nullable String method) {
    DriftReading reading = event.event();
    return TableRow.of(
        event.origin(),
        reading.modelId(),
        reading.modelVersion(),
        reading.segment(),
        reading.profileId(),
        reading.windowEndMillis(),
        feature,
        signal.metric(),
        kind,
        signal.value(),
        signal.low(),
        signal.high(),
        signal.standardError(),
        signal.error(),
        signal.samples(),
        method,
        signal.detail(),
        signal.threshold(),
        signal.pValue(),
        signal.qValue(),
        severity,
        signal.flagged(),
        reading.status().name(),
        reading.windowStartMillis(),
        reading.evaluatedFromMillis(),
        reading.provisional(),
        reading.revision(),
        event.origin().recordedAtMillis());
  }
}
