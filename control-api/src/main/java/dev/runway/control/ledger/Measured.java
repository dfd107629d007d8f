package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import java.sql.SQLException;
import java.util.UUID;

/**
 * How severe a command is, to be compared with another one: its class, or less than the lowest
 * where a machine has asked, for behind what that says of itself there is no measurement.
 */
final class Measured {
  private static final int NOT = -1;

  /** What it takes of the table as {@code c}: whether persons stand behind a machine's command. */
  static final String COLUMNS =
      """
      c.reason_class, c.severity_class, c.by_person,
      c.state <> 'AWAITING_APPROVAL' AND EXISTS (
          SELECT FROM retrain_approvals AS a
          WHERE a.command_id = c.command_id AND a.approval_round = c.approval_round
                AND a.verdict = 'APPROVE') AS approved
      """;

  private Measured() {}

  /** Of a new command. */
  static int of(RetrainCommand command, boolean byPerson) {
    return of(command.cause().reasonClass(), byPerson, command.urgency().severityClass());
  }

  /** Of the row of one, with {@link #COLUMNS}; of a machine's that is approved, its own. */
  static int of(ObjectNode row) {
    return of(
        ReasonClass.valueOf(row.path("reason_class").asText()),
        row.path("by_person").asBoolean() || row.path("approved").asBoolean(),
        SeverityClass.valueOf(row.path("severity_class").asText()));
  }

  /** Of one that is in the ledger. */
  static int of(Sql sql, UUID id) throws SQLException {
    return of(
        sql.row("SELECT " + COLUMNS + " FROM retrain_commands AS c WHERE c.command_id = ?", id)
            .orElseThrow());
  }

  private static int of(ReasonClass reason, boolean byPerson, SeverityClass severity) {
    if (reason == ReasonClass.MANUAL && !byPerson) {
      return NOT;
    }
    return switch (severity) {
      case LOW -> 0;
      case MEDIUM -> 1;
      case HIGH -> 2;
      case CRITICAL -> 3;
    };
  }
}
