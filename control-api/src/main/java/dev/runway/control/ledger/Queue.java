package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Subject;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is due among the commands that wait. */
final class Queue {
  private static final String SOME_WAIT =
      """
      SELECT (EXISTS (SELECT FROM retrain_commands
                      WHERE state IN ('QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL')))::int
      """;

  private static final String LATE =
      """
      SELECT command_id, state, deadline_at
      FROM retrain_commands
      WHERE state IN ('QUEUED', 'QUEUED_BUDGET', 'AWAITING_APPROVAL') AND deadline_at <= ?
          AND command_id::text <> ALL (?)
      ORDER BY deadline_at
      LIMIT 1
      """;

  private static final String NOT_APPROVED =
      """
      SELECT command_id, model_id, model_version, tier, state, state_revision, state_at, escalations,
             reason
      FROM retrain_commands
      WHERE state = 'AWAITING_APPROVAL' AND approval_expires_at <= ?
          AND command_id::text <> ALL (?)
      ORDER BY approval_expires_at
      LIMIT 1
      FOR UPDATE
      """;

  /**
   * Came when its model was of a lower tier, and nobody has looked since it is of tier 1. What a
   * person has approved stays approved; what a person asked for takes another one where two have
   * to.
   */
  private static final String RAISED =
      """
      SELECT c.command_id, c.model_id, c.team, c.tier, c.action, c.estimated_cost, c.by_person,
             c.state, c.asked_by
      FROM retrain_commands AS c
      JOIN models AS m ON m.model_id = c.model_id
      WHERE c.state IN ('QUEUED', 'QUEUED_BUDGET') AND m.tier = 1 AND c.tier <> 1
          AND (?::boolean OR NOT c.by_person)
          AND NOT EXISTS (SELECT FROM retrain_approvals AS a
                          WHERE a.command_id = c.command_id AND a.verdict = 'APPROVE')
          AND c.command_id::text <> ALL (?)
      ORDER BY c.rank_at, c.command_id
      LIMIT 1
      """;

  private static final int MAX_ESCALATIONS = 2;

  private final Transitions transitions;
  private final LedgerRules rules;
  private final Set<UUID> leftOut;
  private @Nullable UUID underWay;
  private @Nullable String cause;

  /**
   * @param leftOut commands that are not looked at
   */
  Queue(Transitions transitions, LedgerRules rules, Set<UUID> leftOut) {
    this.transitions = transitions;
    this.rules = rules;
    this.leftOut = leftOut;
  }

  /** The command that the last step was about; null when it was about none. */
  @Nullable UUID underWay() {
    return underWay;
  }

  /** What that command came of; its own id as long as that has not been looked up. */
  @Nullable String cause() {
    return cause == null && underWay != null ? underWay.toString() : cause;
  }

  private void take(Change change, UUID id) throws SQLException {
    underWay = id;
    cause = null;
    cause = Transitions.cause(change.sql(), id);
    change.goesOnWith(cause);
  }

  /** Does the first thing that is due; whether there was one. */
  boolean step(Change change) throws SQLException {
    underWay = null;
    cause = null;
    Sql sql = change.sql();
    if (sql.number(SOME_WAIT) == 0) {
      return false;
    }
    Books.lock(sql);
    Instant now = transitions.now();
    return late(change, now)
        || notApproved(change, now)
        || raised(change, now)
        || next(change, now);
  }

  private boolean late(Change change, Instant now) throws SQLException {
    Optional<ObjectNode> late = change.sql().row(LATE, now, without());
    if (late.isEmpty()) {
      return false;
    }
    take(change, id(late.get()));
    return transitions
        .move(
            change,
            Move.of(
                    id(late.get()),
                    State.REFUSED,
                    State.QUEUED,
                    State.QUEUED_BUDGET,
                    State.AWAITING_APPROVAL)
                .because("deadline_passed: at " + late.get().path("deadline_at").asText()),
            now)
        .isPresent();
  }

  /** Tier 1 is told to somebody else and goes on to wait; of the others it was the last chance. */
  private boolean notApproved(Change change, Instant now) throws SQLException {
    Optional<ObjectNode> row = change.sql().row(NOT_APPROVED, now, without());
    if (row.isEmpty()) {
      return false;
    }
    take(change, id(row.get()));
    if (row.get().path("tier").asInt() == 1) {
      escalate(change, row.get(), now);
      return true;
    }
    return transitions
        .move(
            change,
            Move.of(id(row.get()), State.REFUSED, State.AWAITING_APPROVAL)
                .because("approval_expired: nobody approved within " + rules.approvalWait()),
            now)
        .isPresent();
  }

  private void escalate(Change change, ObjectNode row, Instant now) throws SQLException {
    int times = row.path("escalations").asInt() + 1;
    Duration pause = rules.escalateAfter().multipliedBy(3).dividedBy(5);
    String reason =
        "escalated: nobody has approved, told the "
            + times
            + ". time"
            + MayRun.kept(row.path("reason").asText());
    RetrainStatus status = Transitions.restate(change, row, reason, now);
    change
        .sql()
        .update(
            """
            UPDATE retrain_commands SET escalations = ?, approval_expires_at = ?::timestamptz
            WHERE command_id = ?
            """,
            times,
            times < MAX_ESCALATIONS ? now.plus(pause) : null,
            id(row));
    change.audit(
        "retrain.escalate",
        "retrain:" + id(row),
        JsonNodeFactory.instance.objectNode().put("model", status.modelId()).put("times", times));
  }

  /**
   * Before it can ask for the end of a training or take a place. Its own tier stays what it was.
   */
  private boolean raised(Change change, Instant now) throws SQLException {
    Optional<ObjectNode> row = change.sql().row(RAISED, rules.fourEyes(), without());
    if (row.isEmpty()) {
      return false;
    }
    Waiting command = Waiting.of(row.get());
    take(change, command.id());
    boolean first = command.byPerson() && Subject.isPerson(row.get().path("asked_by").asText());
    int persons = rules.fourEyes() && !first ? 2 : 1;
    return hold(change, command, Ruling.held(persons, rules.patience(command.tier())), now);
  }

  private boolean next(Change change, Instant now) throws SQLException {
    Sql sql = change.sql();
    List<Waiting> waiting = Books.waiting(sql);
    waiting.removeIf(command -> leftOut.contains(command.id()));
    if (waiting.isEmpty()) {
      return false;
    }
    for (Waiting command : waiting) {
      Cancels.holdTraining(sql, command);
    }
    Room room = Books.room(sql, now, rules);
    if (makeWay(change, room, waiting)) {
      return true;
    }
    for (QueuePlan.Verdict verdict : QueuePlan.of(waiting, room, Books.month(now))) {
      Waiting command = verdict.command();
      if (verdict.state() != command.state()) {
        take(change, command.id());
        Optional<UUID> before =
            verdict.state() == State.GRANTED ? MayRun.before(sql, command) : Optional.empty();
        return before.isPresent()
            ? hold(change, command, Ruling.unclearBefore(before.get(), rules, command.tier()), now)
            : transitions
                .move(
                    change,
                    Move.of(command.id(), verdict.state(), command.state())
                        .because(MayRun.told(sql, verdict).reason()),
                    now)
                .isPresent();
      }
    }
    return false;
  }

  /**
   * One that could not ask for the end of a training when it came, for a kill switch held it, does
   * when that is off; whether one does.
   */
  private boolean makeWay(Change change, Room room, List<Waiting> waiting) throws SQLException {
    for (Waiting command : waiting) {
      if (command.back() && room.isBusy(command.modelId())) {
        take(change, command.id());
        int severity = Measured.of(change.sql(), command.id());
        if (Cancels.makeWay(change, transitions, room, command, severity)) {
          return true;
        }
      }
    }
    underWay = null;
    cause = null;
    return false;
  }

  /** What has happened since it came makes a person look before it may go. */
  private boolean hold(Change change, Waiting command, Ruling held, Instant now)
      throws SQLException {
    boolean moved =
        transitions
            .move(
                change,
                Move.of(command.id(), held.state(), command.state()).because(held.reason()),
                now)
            .isPresent();
    if (!moved) {
      return false; // It has been cancelled meanwhile.
    }
    change
        .sql()
        .update(
            """
            UPDATE retrain_commands
            SET approvals_needed = ?, approval_expires_at = ?, approval_round = approval_round + 1
            WHERE command_id = ?
            """,
            held.approvals(),
            now.plus(rules.patience(command.tier())),
            command.id());
    return true;
  }

  private List<String> without() {
    return leftOut.stream().map(UUID::toString).toList();
  }

  private static UUID id(ObjectNode row) {
    return UUID.fromString(row.path("command_id").asText());
  }
}
