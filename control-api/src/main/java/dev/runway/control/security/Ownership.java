package dev.runway.control.security;

import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whose a thing is. */
public final class Ownership {
  private static final String MODEL = "SELECT team FROM models WHERE model_id = ?";
  private static final String POLICY = "SELECT team FROM policies WHERE policy = ?";

  private static final String SPACE = "SELECT team FROM embedding_spaces WHERE space_id = ?";

  /** The team of today: a model may have been given away since its alert was opened. */
  private static final String ALERT =
      """
      SELECT a.model_id, coalesce(m.team, a.team) AS team
      FROM alerts AS a
      LEFT JOIN models AS m ON m.model_id = a.model_id
      WHERE a.alert_id = ?
      """;

  private final Database database;

  /**
   * Whose an alert is.
   *
   * @param modelId null when it is about no model
   * @param team null when nobody knows one
   */
  public record OfAlert(@Nullable String modelId, @Nullable String team) {}

  public Ownership(Database database) {
    this.database = database;
  }

  /** Team of a model that nobody else changes until the transaction ends. */
  public static Optional<String> lockedTeamOfModel(Sql sql, String modelId) throws SQLException {
    return team(sql, MODEL + " FOR UPDATE", modelId);
  }

  /** Team of a policy that nobody else changes until the transaction ends. */
  public static Optional<String> lockedTeamOfPolicy(Sql sql, String policy) throws SQLException {
    return team(sql, POLICY + " FOR UPDATE", policy);
  }

  /** Team of an embedding space that nobody else changes until the transaction ends. */
  public static Optional<String> lockedTeamOfSpace(Sql sql, String spaceId) throws SQLException {
    return team(sql, SPACE + " FOR UPDATE", spaceId);
  }

  /** Whose an alert is, of whose model nobody else changes the team until the transaction ends. */
  public static Optional<OfAlert> lockedOwnerOfAlert(Sql sql, UUID alertId) throws SQLException {
    Optional<OfAlert> owner = owner(sql, alertId);
    String modelId = owner.map(OfAlert::modelId).orElse(null);
    if (modelId == null || lockedTeamOfModel(sql, modelId).isEmpty()) {
      return owner;
    }
    return owner(sql, alertId);
  }

  /** Whose an alert is; empty when there is no such alert. */
  public Optional<OfAlert> ownerOfAlert(UUID alertId) {
    return database.read(sql -> owner(sql, alertId));
  }

  private static Optional<OfAlert> owner(Sql sql, UUID alertId) throws SQLException {
    return sql.row(ALERT, alertId)
        .map(row -> new OfAlert(row.path("model_id").asText(null), row.path("team").asText(null)));
  }

  /** Team of a model; empty when there is no such model. */
  public Optional<String> teamOfModel(String modelId) {
    return database.read(sql -> team(sql, MODEL, modelId));
  }

  /** Team of a policy; empty when there is no such policy. */
  public Optional<String> teamOfPolicy(String policy) {
    return database.read(sql -> team(sql, POLICY, policy));
  }

  /** Team of an embedding space; empty when there is no such space. */
  public Optional<String> teamOfSpace(String spaceId) {
    return database.read(sql -> team(sql, SPACE, spaceId));
  }

  private static Optional<String> team(Sql sql, String question, String id) throws SQLException {
    return sql.row(question, id).map(row -> row.path("team").asText());
  }
}
