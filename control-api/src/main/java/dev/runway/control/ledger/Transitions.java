package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.outbox.Change;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Topic;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one way by which a command changes its state: the row with its next revision, its money, its
 * audit entry and its status on the way to the topic, in the caller's transaction.
 *
 * <p>Locks, always in this order: the lease, the row of the command, the month that pays, the head
 * of the audit log. Whoever grants holds the row of the fleet's cap before all of them.
 */
public final class Transitions {
  /** What is read of a command before it changes. */
  private static final String COLUMNS =
      """
      SELECT command_id, model_id, model_version, team, tier, action, episode, severity_class, policy,
             policy_version, state, state_revision, new_version, budget_month, estimated_cost,
             reserved_cost, actual_cost, coalesce(request_id, command_id::text) AS request_id
      FROM retrain_commands
      WHERE command_id = ?
      """;

  private static final String UPDATE =
      """
      UPDATE retrain_commands
      SET state = ?, state_revision = ?, state_at = ?, reason = ?,
          granted_at = CASE WHEN ?::boolean THEN ? ELSE granted_at END,
          submitted_at = CASE WHEN ?::boolean THEN coalesce(submitted_at, ?)
                              WHEN ?::boolean THEN NULL ELSE submitted_at END,
          accepted_at = CASE WHEN ?::boolean THEN coalesce(accepted_at, ?) ELSE accepted_at END,
          started_at = CASE WHEN ?::boolean THEN coalesce(started_at, ?) ELSE started_at END,
          ended_at = CASE WHEN ?::boolean THEN ?::timestamptz END,
          approval_expires_at = NULL,
          tries = tries + CASE WHEN ?::boolean THEN 1 ELSE 0 END,
          next_try_at = ?::timestamptz,
          lease_epoch = coalesce(?::bigint, lease_epoch),
          scheduler = coalesce(?::text, scheduler),
          scheduler_run = coalesce(?::text, scheduler_run),
          new_version = ?::text,
          actual_cost = ?::numeric,
          reserved_cost = ?::numeric,
          budget_month = ?::date,
          may_run = ?,
          message = ?
      WHERE command_id = ?
      """;

  private final Clock clock;
  private final LedgerRules rules;

  public Transitions(Clock clock, LedgerRules rules) {
    this.clock = clock;
    this.rules = rules;
  }

  /** Now, as precise as the topics are. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Moves a command from one state to another. To {@code GRANTED} from a state of waiting it
   * reserves the estimate, and a final state settles what it has cost and releases the rest.
   *
   * @return the command as it is now; empty when it is in none of the states that were named, and
   *     then nothing has changed
   * @throws Fenced if the dispatcher that asks is not the newest
   * @throws dev.runway.control.database.Refused at the commit or before it, if the state may not
   *     follow or the money is not there
   */
  public Optional<ObjectNode> move(Change change, Move move) throws SQLException {
    return move(change, move, now());
  }

  /**
   * The same at a time that the caller has looked at already: between two looks at the clock a
   * month may end, and the next one's money was never opened.
   */
  Optional<ObjectNode> move(Change change, Move move, Instant at) throws SQLException {
    Sql sql = change.sql();
    if (move.leaseEpoch() != null) {
      requireNewest(sql, move.leaseEpoch());
    }
    ObjectNode before =
        sql.row(COLUMNS + " FOR UPDATE", move.commandId())
            .orElseThrow(() -> new IllegalStateException("no command " + move.commandId()));
    State from = State.valueOf(before.path("state").asText());
    if (!move.from().contains(from)) {
      return Optional.empty();
    }
    String cause = before.path("request_id").asText();
    change.goesOnWith(cause);
    Money money = money(sql, before, from, move, at);
    RetrainStatus status = status(before, move, at, money);
    byte[] message = RetrainStatusCodec.write(status);
    State to = move.to();
    sql.update(
        UPDATE,
        to.name(),
        status.revision(),
        at,
        move.reason(),
        to == State.GRANTED,
        at,
        to == State.SUBMITTED,
        at,
        to == State.GRANTED, // Nothing was started there: what it waits is no running time.
        to == State.ACCEPTED || to == State.RUNNING || to == State.SUCCEEDED,
        at,
        to == State.RUNNING,
        at,
        to.isFinal(),
        at,
        to == State.SUBMITTED,
        move.nextTryAt(),
        move.leaseEpoch(),
        move.scheduler(),
        move.schedulerRun(),
        move.newVersion(),
        text(money.actual()),
        money.reserved().toPlainString(),
        money.month(),
        move.mayRun(),
        message,
        move.commandId());
    if (to == State.GRANTED && isWaiting(from)) {
      granted(sql, before, at);
    }
    if (to == State.SUCCEEDED) {
      Cooldowns.deployed(sql, before, at);
    }
    publish(change, status, message, cause);
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("model", status.modelId()).put("from", from.name()).put("to", to.name());
    detail.put("revision", status.revision()).put("reason", move.reason());
    detail.put("lease_epoch", move.leaseEpoch()).put("scheduler_run", move.schedulerRun());
    if (move.mayRun()) {
      detail.put("may_run", true);
    }
    audit(change, to, move.commandId(), detail);
    return sql.row(COLUMNS, move.commandId());
  }

  /**
   * Gives a command that stays in its state another reason, with its next revision, and tells the
   * topic.
   *
   * @param row its id, model, version, state and revision; the caller holds it
   */
  static RetrainStatus restate(Change change, ObjectNode row, String reason, Instant at)
      throws SQLException {
    RetrainStatus status =
        new RetrainStatus(
            row.path("command_id").asText(),
            row.path("model_id").asText(),
            row.path("model_version").asText(),
            State.valueOf(row.path("state").asText()),
            row.path("state_revision").asLong() + 1,
            at.toEpochMilli(),
            reason,
            null,
            Double.NaN);
    byte[] message = RetrainStatusCodec.write(status);
    String cause = cause(change.sql(), UUID.fromString(status.commandId()));
    change.goesOnWith(cause);
    change
        .sql()
        .update(
            """
            UPDATE retrain_commands
            SET state_revision = ?, state_at = ?, reason = ?, message = ?
            WHERE command_id = ?
            """,
            status.revision(),
            at,
            reason,
            message,
            UUID.fromString(status.commandId()));
    publish(change, status, message, cause);
    return status;
  }

  /** Id of the request or the decision that a command came of; its own where nobody has said. */
  static String cause(Sql sql, UUID commandId) throws SQLException {
    return sql.row(
            """
            SELECT coalesce(request_id, command_id::text) AS request_id
            FROM retrain_commands WHERE command_id = ?
            """,
            commandId)
        .orElseThrow()
        .path("request_id")
        .asText();
  }

  /**
   * Tells the topic of a status that is in the row already.
   *
   * @param cause what the command came of: whoever moves it now, all of its statuses are under that
   */
  static void publish(Change change, RetrainStatus status, byte[] message, String cause)
      throws SQLException {
    change.publish(Topic.RETRAIN_STATUS, status.key(), message, cause);
  }

  static void audit(Change change, State state, UUID commandId, ObjectNode detail)
      throws SQLException {
    change.audit(
        "retrain." + state.name().toLowerCase(Locale.ROOT), "retrain:" + commandId, detail);
  }

  /**
   * Money of a command after a move.
   *
   * @param month that pays; null before it was ever granted
   */
  private record Money(BigDecimal reserved, @Nullable BigDecimal actual, @Nullable String month) {}

  /** What a grant takes: money of this month, and quiet for the model. */
  void granted(Sql sql, ObjectNode command, Instant at) throws SQLException {
    Budget.reserve(sql, command, Budget.month(at), at);
    Cooldowns.granted(sql, command, at, rules.cooldown());
  }

  private static Money money(Sql sql, ObjectNode before, State from, Move move, Instant at)
      throws SQLException {
    BigDecimal reserved = Budget.amount(before, "reserved_cost");
    String month = before.path("budget_month").asText(null);
    if (move.to() == State.GRANTED && isWaiting(from)) {
      return new Money(Budget.due(before), null, Budget.month(at));
    }
    if (move.to().isFinal() && month != null) {
      BigDecimal used = move.actualCost();
      if (used == null) {
        // What has run to its end has cost something, as much as was thought, and what may still
        // run
        // will; what failed has not.
        used = move.to() == State.SUCCEEDED || move.mayRun() ? reserved : BigDecimal.ZERO;
      }
      Budget.settle(sql, before, month, reserved, used, at);
      return new Money(BigDecimal.ZERO, move.actualCost(), month);
    }
    return new Money(reserved, null, month);
  }

  /** Whether a command in that state waits for the ledger, and nothing is reserved for it. */
  static boolean isWaiting(State state) {
    return state == State.QUEUED
        || state == State.QUEUED_BUDGET
        || state == State.AWAITING_APPROVAL;
  }

  private static RetrainStatus status(ObjectNode before, Move move, Instant at, Money money) {
    BigDecimal cost = money.actual();
    if (cost == null && money.reserved().signum() > 0) {
      cost = money.reserved();
    }
    return new RetrainStatus(
        move.commandId().toString(),
        before.path("model_id").asText(),
        before.path("model_version").asText(),
        move.to(),
        before.path("state_revision").asLong() + 1,
        at.toEpochMilli(),
        move.reason(),
        move.to() == State.SUCCEEDED ? move.newVersion() : null,
        cost == null ? Double.NaN : cost.doubleValue());
  }

  /**
   * Holds the lease still until the transaction ends, if it is the dispatcher's own.
   *
   * @throws Fenced if it is not
   */
  public static void requireNewest(Sql sql, long epoch) throws SQLException {
    long newest = sql.number("SELECT epoch FROM dispatch_lease FOR SHARE");
    if (newest != epoch) {
      throw new Fenced(epoch, newest);
    }
  }

  private static @Nullable String text(@Nullable BigDecimal amount) {
    return amount == null ? null : amount.toPlainString();
  }
}
