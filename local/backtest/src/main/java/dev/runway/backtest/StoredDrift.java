package dev.runway.backtest;

import static dev.runway.backtest.ReaderTables.millis;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Readings of drift, put together again from their rows. */
final class StoredDrift {
  /** In place of a metric, in rows of a feature or the model as a whole. */
  private static final String WHOLE = "severity";

  private static final String ROWS =
      """
      SELECT model_id, model_version, segment, profile_id, window_start_at, window_end_at,
             evaluated_from_at, feature, kind, metric, value, low, high, standard_error, samples,
             method_error, detail, method, threshold, p_value, q_value, severity, flagged, status, provisional, revision
      FROM v_drift_readings
      WHERE model_id = ? AND segment = '*' AND window_end_at > ? AND window_end_at <= ?
      ORDER BY window_end_at, model_version, profile_id, feature, metric
      """;

  private StoredDrift() {}

  /** Those of a model whose windows end after a time and not after another one. */
  static List<DriftReading> read(Connection connection, String modelId, long after, long to)
      throws SQLException {
    List<DriftReading> readings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
      statement.setFetchSize(5_000);
      statement.setString(1, modelId);
      statement.setObject(2, ReaderTables.time(after));
      statement.setObject(3, ReaderTables.time(to));
      try (ResultSet row = statement.executeQuery()) {
        Draft draft = null;
        while (row.next()) {
          if (draft == null || !draft.isOf(row)) {
            if (draft != null) {
              readings.add(draft.reading());
            }
            draft = new Draft(row);
          }
          draft.add(row);
        }
        if (draft != null) {
          readings.add(draft.reading());
        }
      }
    }
    return readings;
  }

  /** A feature of which not all rows are read. */
  private static final class Part {
    private final FeatureKind kind;
    private boolean flagged;
    private @Nullable Integer excusedByWeek;
    private @Nullable Double severity;
    private final List<Signal> signals = new ArrayList<>();

    Part(FeatureKind kind) {
      this.kind = kind;
    }

    Feature feature(String name) {
      return new Feature(name, kind, flagged, excusedByWeek, severity, signals);
    }
  }

  /** A reading of which not all rows are read. */
  private static final class Draft {
    private final String modelId;
    private final String version;
    private final String segment;
    private final String profileId;
    private final long startMillis;
    private final long endMillis;
    private final long evaluatedFromMillis;
    private final Status status;
    private final boolean provisional;
    private final long revision;
    private @Nullable Double severity;
    private long predictions;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Part> features = new TreeMap<>();

    Draft(ResultSet row) throws SQLException {
      modelId = row.getString("model_id");
      version = row.getString("model_version");
      segment = row.getString("segment");
      profileId = row.getString("profile_id");
      startMillis = millis(row, "window_start_at");
      endMillis = millis(row, "window_end_at");
      evaluatedFromMillis = millis(row, "evaluated_from_at");
      status = Status.valueOf(row.getString("status"));
      provisional = row.getBoolean("provisional");
      revision = row.getLong("revision");
    }

    boolean isOf(ResultSet row) throws SQLException {
      return endMillis == millis(row, "window_end_at")
          && version.equals(row.getString("model_version"))
          && profileId.equals(row.getString("profile_id"));
    }

    void add(ResultSet row) throws SQLException {
      String metric = row.getString("metric");
      if (row.getString("kind").equals("MODEL")) {
        predictions = row.getLong("samples");
        severity = number(row, "severity");
        if (!metric.equals(WHOLE)) {
          counts.put(metric, row.getInt("value"));
        }
        return;
      }
      FeatureKind kind = FeatureKind.valueOf(row.getString("kind"));
      Part part = features.computeIfAbsent(row.getString("feature"), name -> new Part(kind));
      part.severity = number(row, "severity");
      if (row.getString("method") != null) {
        part.signals.add(signal(row, metric));
      } else if (metric.equals(WHOLE)) {
        part.flagged = row.getBoolean("flagged");
      } else if (metric.equals("excused_by_week")) {
        part.excusedByWeek = row.getInt("value");
      }
    }

    private static Signal signal(ResultSet row, String metric) throws SQLException {
      return new Signal(
          metric,
          number(row, "value"),
          number(row, "low"),
          number(row, "high"),
          number(row, "standard_error"),
          row.getLong("samples"),
          row.getString("method"),
          number(row, "threshold"),
          number(row, "p_value"),
          number(row, "q_value"),
          row.getBoolean("flagged"),
          number(row, "method_error"),
          row.getString("detail"));
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
      return row.getObject(column, Double.class);
    }

    DriftReading reading() {
      List<Feature> named = new ArrayList<>();
      features.forEach((name, part) -> named.add(part.feature(name)));
      return new DriftReading(
          modelId,
          version,
          segment,
          profileId,
          provisional,
          startMillis,
          endMillis,
          evaluatedFromMillis,
          revision,
          status,
          predictions,
          count("features"),
          count("evaluated"),
          count("flagged"),
          count("excused"),
          severity,
          named);
    }

    private int count(String metric) {
      return Objects.requireNonNullElse(counts.get(metric), 0);
    }
  }
}
