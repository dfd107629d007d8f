package dev.runway.backtest;

import static dev.runway.backtest.ReaderTables.millis;

import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReading.Coverage;
import dev.runway.model.PerformanceReading.Delay;
import dev.runway.model.PerformanceReading.Metric;
import dev.runway.model.Task;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Final readings of performance of whole models, put together again from their rows. */
final class StoredPerformance {
  private static final String ROWS =
      """
      SELECT p.model_id, p.model_version, p.task, p.window_start_at, p.window_end_at, p.metric,
             p.value, p.low, p.high, p.se, p.bound_low, p.bound_high, p.samples,
             p.effective_samples, p.revision, c.received, c.joined, c.waiting, c.unlabelled,
             c.duplicates, c.conflicts, c.matured, c.matched_matured, c.coverage, c.coverage_so_far,
             c.expected_coverage
      FROM v_performance AS p
      LEFT JOIN v_label_coverage AS c
          USING (model_id, model_version, task, segment, variant, window_start_at, window_end_at)
      WHERE p.model_id = ? AND p.segment = '*' AND p.variant = '*' AND NOT p.provisional
          AND p.task <> 'UNKNOWN' AND NOT p.estimated AND p.window_end_at > ? AND p.window_end_at <= ?
      ORDER BY p.window_end_at, p.window_start_at, p.model_version, p.task, p.metric
      """;

  /** What readings hold beside this is not stored, and decides nothing. */
  private static final byte[] NO_COUNTS = new byte[0];

  private StoredPerformance() {}

  /** Those of a model whose windows end after a time and not after another one. */
  static List<PerformanceReading> read(Connection connection, String modelId, long after, long to)
      throws SQLException {
    List<PerformanceReading> readings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
      statement.setFetchSize(5_000);
      statement.setString(1, modelId);
      statement.setObject(2, ReaderTables.time(after));
      statement.setObject(3, ReaderTables.time(to));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          PerformanceReading one = reading(row);
          PerformanceReading last = readings.isEmpty() ? null : readings.get(readings.size() - 1);
          if (last != null && isOf(last, one)) {
            last.metrics().addAll(one.metrics());
          } else {
            readings.add(one);
          }
        }
      }
    }
    return readings;
  }

  private static boolean isOf(PerformanceReading last, PerformanceReading one) {
    return last.windowEndMillis() == one.windowEndMillis()
        && last.windowStartMillis() == one.windowStartMillis()
        && last.modelVersion().equals(one.modelVersion())
        && last.task() == one.task();
  }

  /** Of one row: a reading with one metric, to which those of further rows are added. */
  private static PerformanceReading reading(ResultSet row) throws SQLException {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(
        new Metric(
            row.getString("metric"),
            number(row, "value"),
            number(row, "low"),
            number(row, "high"),
            number(row, "se"),
            number(row, "bound_low"),
            number(row, "bound_high"),
            row.getLong("samples"),
            row.getDouble("effective_samples")));
    return new PerformanceReading(
        row.getString("model_id"),
        row.getString("model_version"),
        PerformanceReading.ALL,
        PerformanceReading.ALL,
        millis(row, "window_start_at"),
        millis(row, "window_end_at"),
        row.getLong("revision"),
        Maturity.FINAL,
        Task.valueOf(row.getString("task")),
        false,
        new Coverage(
            row.getLong("received"),
            row.getLong("joined"),
            row.getLong("waiting"),
            row.getLong("unlabelled"),
            row.getLong("duplicates"),
            row.getLong("conflicts"),
            row.getLong("matured"),
            row.getLong("matched_matured"),
            number(row, "coverage"),
            number(row, "coverage_so_far"),
            number(row, "expected_coverage")),
        new Delay(0, 0, null, null, null, null, 0),
        metrics,
        NO_COUNTS,
        NO_COUNTS);
  }

  private static @Nullable Double number(ResultSet row, String column) throws SQLException {
    return row.getObject(column, Double.class);
  }
}
