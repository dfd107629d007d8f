package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.outbox.Change;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus.State;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Cancels commands: at once what no scheduler has, and by the dispatcher what one may have. */
final class Cancels {
  private Cancels() {}

  /** What becomes of a command that cancels another one. */
  static Ruling rule(Change change, Transitions transitions, RetrainCommand command)
      throws SQLException {
    String target = String.valueOf(command.cause().target());
    Optional<ObjectNode> row = target(change, command.cause().modelId(), target);
    if (row.isEmpty()) {
      return Ruling.refused("no_such_command: " + target + " is none of this model");
    }
    if (State.valueOf(row.get().path("state").asText()).isFinal()) {
      return Ruling.refused("has_ended: as " + row.get().path("state").asText());
    }
    String modelId = command.cause().modelId();
    String why = "by " + command.commandId();
    cancel(change, transitions, modelId, UUID.fromString(target), change.subject(), why);
    return Ruling.cancels(target);
  }

  private static Optional<ObjectNode> target(Change change, String modelId, String target)
      throws SQLException {
    UUID id = uuid(target);
    return id == null
        ? Optional.empty()
        : change
            .sql()
            .row(
                "SELECT state FROM retrain_commands WHERE command_id = ? AND model_id = ?"
                    + " FOR UPDATE",
                id,
                modelId);
  }

  private static @Nullable UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Asks for the end of the training of a model that is active, for going back is wanted and waits
   * for it: what it would deploy is not. A job's way back ends what it is worse than, and no
   * training that a person asked for; a person's ends any.
   */
  static void makeWay(
      Change change,
      Transitions transitions,
      Waiting back,
      RetrainCommand.SeverityClass severityClass)
      throws SQLException {
    Optional<ObjectNode> training =
        change
            .sql()
            .row(
                """
                SELECT command_id, severity_class, by_person FROM retrain_commands
                WHERE model_id = ? AND action = 'RETRAIN' AND cancel_asked_at IS NULL
                    AND state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING')
                FOR UPDATE
                """,
                back.modelId());
    if (training.isEmpty()) {
      return;
    }
    ObjectNode row = training.get();
    boolean worse =
        severityClass.compareTo(
                RetrainCommand.SeverityClass.valueOf(row.path("severity_class").asText()))
            > 0;
    if (back.byPerson() || (worse && !row.path("by_person").asBoolean())) {
      UUID id = UUID.fromString(row.path("command_id").asText());
      String by = "rollback:" + back.id();
      cancel(change, transitions, back.modelId(), id, by, "by " + by);
    }
  }

  /**
   * Cancels a command that has not ended.
   *
   * @param by who asks
   * @param why what people are told
   * @return whether that is done; if not, the dispatcher will ask the scheduler
   */
  static boolean cancel(
      Change change, Transitions transitions, String modelId, UUID id, String by, String why)
      throws SQLException {
    Optional<ObjectNode> done =
        transitions.move(
            change,
            Move.of(
                    id,
                    State.CANCELLED,
                    State.QUEUED,
                    State.QUEUED_BUDGET,
                    State.AWAITING_APPROVAL,
                    State.GRANTED)
                .because("cancelled: " + why));
    if (done.isPresent()) {
      return true;
    }
    change
        .sql()
        .update(
            """
            UPDATE retrain_commands
            SET cancel_asked_at = ?, cancel_asked_by = ?, next_try_at = NULL
            WHERE command_id = ? AND ended_at IS NULL AND cancel_asked_at IS NULL
            """,
            transitions.now(),
            by,
            id);
    change.audit(
        "retrain.cancel",
        "retrain:" + id,
        JsonNodeFactory.instance
            .objectNode()
            .put("model", modelId)
            .put("reason", Move.printable(why)));
    return false;
  }
}
