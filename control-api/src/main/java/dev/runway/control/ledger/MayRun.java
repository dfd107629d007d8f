package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.model.RetrainStatus.State;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Trainings that have ended in the books and may still run, because nobody could ask for their end
 * or nobody knows whether they began. The next one of the model would be a second one beside it, so
 * a person has to have a look first.
 */
final class MayRun {
  /**
   * The training of a model that was granted last, if it may still run: whoever let a later one go
   * knew of it, unless that was never handed in. One whose version is registered is over.
   */
  private static final String BEFORE =
      """
      SELECT b.command_id
      FROM (SELECT command_id, may_run FROM retrain_commands
            WHERE model_id = ? AND action = 'RETRAIN' AND granted_at IS NOT NULL
                  AND coalesce(submitted_at, accepted_at, started_at) IS NOT NULL
            ORDER BY granted_at DESC, command_id
            LIMIT 1) AS b
      WHERE b.may_run
            AND NOT EXISTS (SELECT FROM model_versions AS v
                            WHERE v.model_id = ?
                                  AND position(b.command_id::text IN v.training_run) > 0)
      """;

  private static final String WORD = "unclear_before: ";

  private MayRun() {}

  /** The one before the next training of a model; empty when none may still run. */
  static Optional<UUID> before(Sql sql, String modelId) throws SQLException {
    return sql.row(BEFORE, modelId, modelId).map(MayRun::id);
  }

  /** The same of a command that waits; what somebody has approved who was told of it is free. */
  static Optional<UUID> before(Sql sql, Waiting command) throws SQLException {
    if (command.byPerson() || command.back()) {
      return Optional.empty();
    }
    return sql.row(
            "SELECT * FROM ("
                + BEFORE
                + """
                ) AS l
                WHERE NOT EXISTS (SELECT FROM retrain_approvals AS a
                                  WHERE a.command_id = ? AND a.verdict = 'APPROVE'
                                        AND a.told_of = l.command_id)
                """,
            command.modelId(),
            command.modelId(),
            command.id())
        .map(MayRun::id);
  }

  /** The same verdict; a training that goes beside one that may still run says so. */
  static QueuePlan.Verdict told(Sql sql, QueuePlan.Verdict verdict) throws SQLException {
    Waiting command = verdict.command();
    if (verdict.state() != State.GRANTED || command.back()) {
      return verdict;
    }
    Optional<UUID> before = before(sql, command.modelId());
    return before.isEmpty()
        ? verdict
        : new QueuePlan.Verdict(command, verdict.state(), said(before.get()));
  }

  /** Whether a reason names one that may still run. */
  static boolean isTold(@Nullable String reason, UUID before) {
    return reason != null && reason.contains(WORD + before);
  }

  /** What a reason says of one that may still run, to stand behind another one; else nothing. */
  static String kept(String reason) {
    int at = reason.indexOf(WORD);
    return at < 0 ? "" : "; " + reason.substring(at);
  }

  private static UUID id(ObjectNode row) {
    return UUID.fromString(row.path("command_id").asText());
  }

  /** What a person is told who has to look. */
  static String reason(UUID before, int persons) {
    return "%s; see whether it does, then %s"
        .formatted(
            said(before),
            persons == 1 ? "approve or reject" : "two persons approve, or one rejects");
  }

  private static String said(UUID before) {
    return WORD + before + " may still run";
  }
}
