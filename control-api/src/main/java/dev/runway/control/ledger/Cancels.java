package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
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
    cancel(change, transitions, modelId, UUID.fromString(target), Word.of(change.subject(), why));
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
   * Holds the row of what a way back may ask for the end of: a dispatcher that brings it to its end
   * holds that row and then wants the month, so whoever wants both takes them in this order too.
   */
  static void holdTraining(Sql sql, Waiting command) throws SQLException {
    if (command.back()) {
      training(sql, command.modelId());
    }
  }

  private static Optional<ObjectNode> training(Sql sql, String modelId) throws SQLException {
    return sql.row(
        "SELECT c.command_id, "
            + Measured.COLUMNS
            + """
        FROM retrain_commands AS c
        WHERE model_id = ? AND action = 'RETRAIN' AND cancel_asked_at IS NULL
            AND state IN ('GRANTED', 'ACCEPTED', 'SUBMITTED', 'UNKNOWN', 'RUNNING')
        FOR UPDATE OF c
        """,
        modelId);
  }

  /**
   * Asks for the end of the training of a model that is active, for going back is wanted and waits
   * for it: what it would deploy is not. A job's way back ends what it is worse than, and no
   * training that a person asked for; a person's ends any. A machine's counts as worse than nothing
   * until it is approved. One that a kill switch holds ends none.
   *
   * @param back held its training before the month that pays was looked at
   * @param severity of the way back, as {@link Measured} has it
   * @return whether it asked
   */
  static boolean makeWay(
      Change change, Transitions transitions, Room room, Waiting back, int severity)
      throws SQLException {
    if (!back.back() || room.holds(back)) {
      return false;
    }
    Optional<ObjectNode> training = training(change.sql(), back.modelId());
    if (training.isEmpty()) {
      return false;
    }
    ObjectNode row = training.get();
    boolean worse = severity > Measured.of(row) && !row.path("by_person").asBoolean();
    if (!back.byPerson() && !worse) {
      return false;
    }
    UUID id = UUID.fromString(row.path("command_id").asText());
    String by = "rollback:" + back.id();
    cancel(change, transitions, back.modelId(), id, Word.of(by, "by " + by));
    return true;
  }

  /**
   * What is said with a cancellation.
   *
   * @param by who asks
   * @param why what people are told
   * @param neverBegan whether it is known that a command whose start is unclear never began
   */
  record Word(String by, String why, boolean neverBegan) {
    static Word of(String by, String why) {
      return new Word(by, why, false);
    }
  }

  /**
   * Cancels a command that has not ended.
   *
   * @return whether that is done; if not, the dispatcher will ask the scheduler
   */
  static boolean cancel(Change change, Transitions transitions, String modelId, UUID id, Word word)
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
                .because("cancelled: " + word.why()));
    if (done.isPresent()) {
      return true;
    }
    change
        .sql()
        .update(
            """
            UPDATE retrain_commands
            SET cancel_asked_at = ?, cancel_asked_by = ?, never_began = ?, next_try_at = NULL
            WHERE command_id = ? AND ended_at IS NULL
                AND (cancel_asked_at IS NULL OR (?::boolean AND NOT never_began))
            """,
            transitions.now(),
            word.by(),
            word.neverBegan(),
            id,
            word.neverBegan());
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("model", modelId).put("reason", Move.printable(word.why()));
    if (word.neverBegan()) {
      detail.put("never_began", true);
    }
    change.audit("retrain.cancel", "retrain:" + id, detail);
    return false;
  }
}
