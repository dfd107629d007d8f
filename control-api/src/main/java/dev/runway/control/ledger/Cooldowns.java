package dev.runway.control.ledger;

import static dev.runway.control.policy.Policies.LONGEST_COOLDOWN;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocumentCodec;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/** The time after a grant in which further triggers of the model are joined to it. */
final class Cooldowns {
  private Cooldowns() {}

  /** The cool-down of a model that has not ended. */
  static Optional<ObjectNode> inForce(Sql sql, String modelId, Instant at) throws SQLException {
    return sql.row(
        """
        SELECT command_id, severity_class, started_at, ends_at, broken_at
        FROM retrain_cooldowns
        WHERE model_id = ? AND ends_at > ?
        """,
        modelId,
        at);
  }

  /**
   * Begins with a grant. One that begins within another one has broken it, unless it is a further
   * attempt of the same episode.
   */
  static void granted(Sql sql, ObjectNode command, Instant at, Duration usual) throws SQLException {
    Duration length = length(sql, command, usual);
    sql.update(
        """
        INSERT INTO retrain_cooldowns AS c (model_id, command_id, severity_class, started_at, ends_at)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (model_id) DO UPDATE
        SET command_id = excluded.command_id, severity_class = excluded.severity_class,
            started_at = excluded.started_at, ends_at = greatest(c.ends_at, excluded.ends_at),
            broken_at = CASE WHEN c.ends_at <= excluded.started_at THEN NULL
                             WHEN (SELECT b.episode FROM retrain_commands AS b
                                   WHERE b.command_id = c.command_id)
                                  = (SELECT n.episode FROM retrain_commands AS n
                                     WHERE n.command_id = excluded.command_id) THEN c.broken_at
                             ELSE excluded.started_at END
        """,
        command.path("model_id").asText(),
        UUID.fromString(command.path("command_id").asText()),
        command.path("severity_class").asText(),
        at,
        at.plus(length));
  }

  private static Duration length(Sql sql, ObjectNode command, Duration usual) throws SQLException {
    return sql.row(
            """
            SELECT document #>> '{spec,limits,cooldown}' AS cooldown FROM policy_versions
            WHERE policy = ? AND version = ?
            """,
            command.path("policy").asText(null),
            command.path("policy_version").asInt())
        .map(row -> row.path("cooldown").asText(""))
        .filter(text -> !text.isEmpty())
        .map(Duration::parse)
        // An older release took any.
        .map(length -> length.compareTo(LONGEST_COOLDOWN) > 0 ? LONGEST_COOLDOWN : length)
        .orElse(usual);
  }

  /** Lasts at least until the labels of what was deployed are due. */
  static void deployed(Sql sql, ObjectNode command, Instant at) throws SQLException {
    String modelId = command.path("model_id").asText();
    Optional<ObjectNode> model =
        sql.row("SELECT message FROM models WHERE model_id = ? AND message IS NOT NULL", modelId);
    if (model.isEmpty()) {
      return; // Retired meanwhile: nothing will be triggered.
    }
    sql.update(
        """
        UPDATE retrain_cooldowns SET ends_at = greatest(ends_at, ?)
        WHERE model_id = ? AND command_id = ?
        """,
        at.plusMillis(horizonMillis(modelId, model.get().path("message").asText())),
        modelId,
        UUID.fromString(command.path("command_id").asText()));
  }

  private static long horizonMillis(String modelId, String message) {
    try {
      return ModelDocumentCodec.read(HexFormat.of().parseHex(message)).horizon().toMillis();
    } catch (MalformedEvent e) {
      throw new IllegalStateException("the document of " + modelId + ": " + e.detail(), e);
    }
  }
}
