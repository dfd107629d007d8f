package dev.runway.stack.batch;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Master tables beside those of the stream, for windows that begin on some days.
 *
 * @param masterRows rows that the batch has of these days
 * @param comparedRows those of them of which the stream too has said its final word
 * @param openRows those of them that are provisional by the stream
 * @param differences where the final words differ, by model and window
 */
record Comparison(long masterRows, long comparedRows, long openRows, List<Difference> differences) {

  private static final String COUNTS =
      """
      SELECT count(*) AS master_rows,
             count(*) FILTER (WHERE maturity = 'FINAL') AS compared_rows,
             count(*) FILTER (WHERE maturity = 'PROVISIONAL') AS open_rows
      FROM (
          SELECT s.maturity, m.window_start_at
          FROM master_performance AS m
          LEFT JOIN performance AS s
              USING (model_id, model_version, task, segment, variant, window_start_at,
                     window_end_at, metric, estimated)
          UNION ALL
          SELECT s.maturity, m.window_start_at
          FROM master_label_coverage AS m
          LEFT JOIN label_coverage AS s
              USING (model_id, model_version, task, segment, variant, window_start_at,
                     window_end_at)
          UNION ALL
          SELECT s.maturity, m.window_start_at
          FROM master_label_delay AS m
          LEFT JOIN label_delay AS s
              USING (model_id, model_version, task, segment, variant, window_start_at,
                     window_end_at)
      ) AS both_views
      WHERE window_start_at >= ? AND window_start_at < ?
      """;

  private static final String DIFFERENCES =
      """
      SELECT model_id, model_version, segment, variant, window_start_at, window_end_at, quantity,
             speed, master
      FROM v_master_differences
      WHERE window_start_at >= ? AND window_start_at < ?
      ORDER BY model_id, model_version, window_start_at, window_end_at, segment, variant, quantity
      """;

  /** Asks the database. */
  static Comparison read(Connection connection, BatchDays days) throws SQLException {
    try (PreparedStatement counts = connection.prepareStatement(COUNTS)) {
      set(counts, days);
      try (ResultSet row = counts.executeQuery()) {
        row.next();
        return new Comparison(
            row.getLong("master_rows"),
            row.getLong("compared_rows"),
            row.getLong("open_rows"),
            differences(connection, days));
      }
    }
  }

  private static void set(PreparedStatement statement, BatchDays days) throws SQLException {
    statement.setObject(1, days.start().atOffset(ZoneOffset.UTC));
    statement.setObject(2, days.end().atOffset(ZoneOffset.UTC));
  }

  private static List<Difference> differences(Connection connection, BatchDays days)
      throws SQLException {
    List<Difference> differences = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(DIFFERENCES)) {
      set(statement, days);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          differences.add(
              new Difference(
                  row.getString("model_id"),
                  row.getString("model_version"),
                  row.getString("segment"),
                  row.getString("variant"),
                  time(row, "window_start_at"),
                  time(row, "window_end_at"),
                  row.getString("quantity"),
                  number(row, "speed"),
                  number(row, "master")));
        }
      }
    }
    return differences;
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Double number(ResultSet row, String column) throws SQLException {
    double value = row.getDouble(column);
    return row.wasNull() ? null : Double.valueOf(value);
  }
}
