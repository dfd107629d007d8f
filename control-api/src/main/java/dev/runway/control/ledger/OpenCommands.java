package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Problem;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Commands that have not ended, for whoever takes away what they are about: a command is asked
 * about its model and its target only when it comes, and would go out all the same.
 *
 * <p>Whoever asks holds the row of the model, and gets the ledger's lock behind it, in the order in
 * which every request takes the two: so no command comes between the answer and the commit.
 */
public final class OpenCommands {
  private static final String OF_MODEL =
      """
      SELECT command_id, action, state FROM retrain_commands
      WHERE model_id = ? AND ended_at IS NULL
      """;

  private static final String FIRST = " ORDER BY received_at, command_id LIMIT 1";

  private OpenCommands() {}

  /**
   * Makes sure that a model has none until the transaction ends.
   *
   * @throws Problem 409 that names the oldest
   */
  public static void requireNone(Sql sql, String modelId) throws SQLException {
    Books.lock(sql);
    refuse(modelId, sql.row(OF_MODEL + FIRST, modelId));
  }

  /**
   * Makes sure that none goes back to a version until the transaction ends.
   *
   * @throws Problem 409 that names the oldest
   */
  public static void requireNoneBackTo(Sql sql, String modelId, String version)
      throws SQLException {
    Books.lock(sql);
    refuse(
        "version " + version,
        sql.row(OF_MODEL + " AND action = 'ROLLBACK' AND target = ?" + FIRST, modelId, version));
  }

  private static void refuse(String what, Optional<ObjectNode> open) {
    if (open.isPresent()) {
      throw Problem.conflict(
          "a command needs %s: %s %s is %s; cancel it, or wait until it has ended"
              .formatted(
                  what,
                  open.get().path("action").asText(),
                  open.get().path("command_id").asText(),
                  open.get().path("state").asText()));
    }
  }
}
