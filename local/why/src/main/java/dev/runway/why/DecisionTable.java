package dev.runway.why;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The table of decisions, as its readers see it.
 *
 * @param jdbcUrl without user and password
 */
public record DecisionTable(String jdbcUrl, String schema, String user, String password) {
  private static final String DECISION = "SELECT * FROM v_decisions WHERE decision_id = ?";

  /** A slow database is told and not waited for. */
  private static final String SOCKET_SECONDS = "30";

  /** Finds a decision. */
  Optional<StoredDecision> find(String decisionId) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(DECISION)) {
      statement.setString(1, decisionId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  private Connection connect() throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("user", user);
    settings.setProperty("password", password);
    settings.setProperty("currentSchema", schema);
    settings.setProperty("socketTimeout", SOCKET_SECONDS);
    return DriverManager.getConnection(jdbcUrl, settings);
  }

  private static StoredDecision read(ResultSet row) throws SQLException {
    return new StoredDecision(
        row.getString("decision_id"),
        row.getString("model_id"),
        row.getString("model_version"),
        millis(row, "window_end_at"),
        row.getString("verdict"),
        row.getString("mode"),
        row.getString("hold"),
        row.getString("attributed_to"),
        row.getString("state_before"),
        row.getString("state_after"),
        row.getString("episode"),
        row.getObject("score", Double.class),
        row.getString("severity_class"),
        row.getDouble("coverage"),
        json(row, "parts"),
        json(row, "missing"),
        json(row, "features"),
        row.getString("profile_id"),
        row.getString("policy"),
        row.getInt("policy_version"),
        row.getString("inputs"),
        row.getString("explanation"),
        row.getString("evidence_hash"),
        row.getString("command_id"),
        row.getInt("tier"),
        row.getString("team"),
        millis(row, "decided_at"));
  }

  private static long millis(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant().toEpochMilli();
  }

  private static @Nullable JsonNode json(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    try {
      return text == null ? null : new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException(column + " is no JSON, though the database has checked it", e);
    }
  }

  /** Names no password, so that none gets into a log. */
  @Override
  public String toString() {
    return user + " at " + jdbcUrl + ", schema " + schema;
  }
}
