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

  private Measured() {}

  /** Of a new command. */
  static int of(RetrainCommand command, boolean byPerson) {
    return of(command.cause().reasonClass(), byPerson, command.urgency().severityClass());
  }

  /**
   * Of the row of one, with its classes and by_person; of a machine's that is approved, its own.
   */
  static int of(ObjectNode row) {
    return of(
        ReasonClass.valueOf(row.path("reason_class").asText()),
        row.path("by_person").asBoolean() || row.path("approved").asBoolean(),
        SeverityClass.valueOf(row.path("severity_class").asText()));
  }

  /** Of one that is in the ledger. */
  static int of(Sql sql, UUID id) throws SQLException {
    return of(
        sql.row(
                """
                SELECT reason_class, severity_class, by_person
                FROM retrain_commands WHERE command_id = ?
                """,
                id)
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
