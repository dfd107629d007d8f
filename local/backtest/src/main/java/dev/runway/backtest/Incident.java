package dev.runway.backtest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A retrain or a way back that there really was, and what is known of whether it was needed.
 *
 * @param judgement what people or labels have said of it since
 */
record Incident(String modelId, long atMillis, String commandId, Judgement judgement) {

  /** Whether it was needed. */
  enum Judgement {
    /** The new version was better, or a person had asked for it. */
    NEEDED,
    /** A person rejected it, or the new version was no better. */
    NOT_NEEDED,
    /** Nobody knows yet. */
    UNKNOWN
  }

  private static final String INCIDENTS =
      """
      SELECT r.command_id, r.issued_at, r.state, r.reason, r.by_person, o.improved
      FROM v_retrains AS r
      LEFT JOIN v_retrain_outcomes AS o USING (command_id)
      WHERE r.model_id = ? AND r.action IN ('RETRAIN', 'ROLLBACK') AND r.issued_at >= ?
          AND r.issued_at < ?
      ORDER BY r.issued_at, r.command_id
      """;

  /** Those of a model between two times. */
  static List<Incident> read(Connection connection, String modelId, long from, long to)
      throws SQLException {
    List<Incident> incidents = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(INCIDENTS)) {
      statement.setString(1, modelId);
      statement.setObject(2, ReaderTables.time(from));
      statement.setObject(3, ReaderTables.time(to));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          incidents.add(
              new Incident(
                  modelId,
                  ReaderTables.millis(row, "issued_at"),
                  row.getString("command_id"),
                  judgement(row)));
        }
      }
    }
    return incidents;
  }

  private static Judgement judgement(ResultSet row) throws SQLException {
    Boolean improved = row.getObject("improved", Boolean.class);
    String state = row.getString("state");
    if (improved != null) {
      return improved ? Judgement.NEEDED : Judgement.NOT_NEEDED;
    }
    if (state.equals("REFUSED")) {
      String reason = row.getString("reason");
      boolean rejected = reason != null && reason.startsWith("rejected:");
      return rejected ? Judgement.NOT_NEEDED : Judgement.UNKNOWN;
    }
    boolean byPerson = row.getBoolean("by_person");
    return byPerson && !state.equals("CANCELLED") ? Judgement.NEEDED : Judgement.UNKNOWN;
  }
}
