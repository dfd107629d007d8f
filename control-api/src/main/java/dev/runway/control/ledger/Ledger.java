package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.RequestId;
import dev.runway.control.log.Correlation;
import dev.runway.control.outbox.Change;
import dev.runway.control.outbox.DeadLetters;
import dev.runway.model.DeadLetter;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Grants, queues, holds for approval or refuses, one transaction per command. All of its
 * transactions begin with the same lock, so at any time one of them looks at what there is room
 * for; whatever ends frees room without that lock.
 */
public final class Ledger {
  /** Who it is in the audit log. */
  static final String NAME = "ledger";

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Database database;
  private final LedgerRules rules;
  private final Runnable messagesWait;
  private final Transitions transitions;
  private final Steps steps;

  /** Commands that could not be moved, and until when they are not tried again. */
  private final Map<UUID, Instant> leftOut = new ConcurrentHashMap<>();

  /**
   * @param messagesWait told after a transaction that left messages
   */
  public Ledger(Database database, Clock clock, LedgerRules rules, Runnable messagesWait) {
    this(database, clock, rules, messagesWait, Steps.NONE);
  }

  Ledger(Database database, Clock clock, LedgerRules rules, Runnable messagesWait, Steps steps) {
    this.database = database;
    this.rules = rules;
    this.messagesWait = messagesWait;
    this.steps = steps;
    transitions = new Transitions(clock, rules);
  }

  /** How states change, for whoever dispatches. */
  public Transitions transitions() {
    return transitions;
  }

  LedgerRules rules() {
    return rules;
  }

  /**
   * Takes a command in a transaction of its own. One that is there already changes nothing.
   *
   * @param askedBy person or token that asked, or the topic it came by
   * @return whether it was new
   */
  public boolean receive(RetrainCommand command, String askedBy) {
    return receive(command, askedBy, command.commandId().toString());
  }

  /**
   * The same of one that came of a request.
   *
   * @param requestId id of the request, or of the decision: what follows from it is under the same
   */
  boolean receive(RetrainCommand command, String askedBy, String requestId) {
    steps.reached(Steps.Step.BEGUN);
    Optional<State> begins =
        database.write(sql -> take(new Change(sql, NAME, requestId), command, askedBy));
    steps.reached(Steps.Step.COMMITTED);
    begins.ifPresent(
        state -> {
          LOG.info(
              "{} of {} by {} is in the ledger: {}",
              command.cause().action(),
              command.cause().modelId(),
              askedBy,
              state);
          messagesWait.run();
        });
    return begins.isPresent();
  }

  /**
   * Takes a command within somebody else's transaction.
   *
   * @return the state that it begins in; empty when it is there already
   */
  Optional<State> take(Change change, RetrainCommand command, String askedBy) throws SQLException {
    Sql sql = change.sql();
    Books.lock(sql);
    steps.reached(Steps.Step.LOCKED);
    UUID id = command.commandId();
    MDC.put(RequestId.COMMAND, id.toString()); // Until the end of the request, or of the record.
    if (sql.row("SELECT state FROM retrain_commands WHERE command_id = ?", id).isPresent()) {
      return Optional.empty();
    }
    Instant now = transitions.now();
    Admission admission = admission(sql, command, askedBy, now);
    BigDecimal estimate = estimate(command);
    Entry entry = new Entry(command, askedBy, admission.tier(), admission.team(), estimate, now);
    Ruling ruling =
        command.cause().action() == Action.CANCEL
            ? Cancels.rule(change, transitions, command)
            : rule(change, admission, entry);
    steps.reached(Steps.Step.JUDGED);
    entry.write(change, transitions, ruling, rules, steps);
    return Optional.of(ruling.state());
  }

  private Admission admission(Sql sql, RetrainCommand command, String askedBy, Instant now)
      throws SQLException {
    return new Admission(
        sql,
        rules,
        now,
        command,
        askedBy,
        sql.row(
                "SELECT state, team, tier FROM models WHERE model_id = ?",
                command.cause().modelId())
            .orElse(null));
  }

  private static BigDecimal estimate(RetrainCommand command) {
    return BigDecimal.valueOf(command.estimatedCost()).setScale(2, RoundingMode.CEILING);
  }

  private Ruling rule(Change change, Admission admission, Entry entry) throws SQLException {
    Sql sql = change.sql();
    Waiting one = entry.waiting();
    Cancels.holdTraining(sql, one);
    Room room = Books.room(sql, entry.at(), rules);
    Ruling refusal = admission.refusal(room, entry.estimate());
    if (refusal != null) {
      return refusal;
    }
    Optional<UUID> before = admission.superseded();
    if (before.isPresent()) {
      transitions.move(
          change,
          Move.of(
                  before.get(),
                  State.CANCELLED,
                  State.QUEUED,
                  State.QUEUED_BUDGET,
                  State.AWAITING_APPROVAL)
              .because("superseded: by " + entry.id()),
          entry.at());
      steps.reached(Steps.Step.SUPERSEDED);
    }
    Ruling hold = admission.hold();
    if (hold != null) {
      return hold;
    }
    QueuePlan.Verdict verdict = verdict(sql, room, one, entry.rank(rules), entry.at());
    if (verdict.state() != State.GRANTED) {
      int severity = Measured.of(entry.command(), one.byPerson());
      Cancels.makeWay(change, transitions, room, one, severity);
    }
    return Ruling.of(MayRun.told(sql, verdict));
  }

  /** The verdict on one more among those that wait. */
  private static QueuePlan.Verdict verdict(
      Sql sql, Room room, Waiting one, Instant rank, Instant now) throws SQLException {
    long ahead =
        sql.number(
            """
            SELECT count(*) FROM retrain_commands
            WHERE state IN ('QUEUED', 'QUEUED_BUDGET') AND (rank_at, command_id) < (?, ?)
            """,
            rank,
            one.id());
    List<Waiting> waiting = Books.waiting(sql);
    waiting.add((int) ahead, one);
    return QueuePlan.on(one.id(), QueuePlan.of(waiting, room, Books.month(now)));
  }

  /**
   * Lets go of a command that waited for a person and is approved, as far as there is room. The
   * caller holds the ledger's lock and the row of the command.
   */
  void release(Change change, UUID id) throws SQLException {
    Sql sql = change.sql();
    Instant now = transitions.now();
    ObjectNode row =
        sql.row(
                """
                SELECT command_id, model_id, team, tier, action, estimated_cost, by_person, state,
                       reason_class, severity_class, rank_at
                FROM retrain_commands WHERE command_id = ?
                """,
                id)
            .orElseThrow();
    Waiting one = Waiting.of(row);
    Cancels.holdTraining(sql, one);
    Room room = Books.room(sql, now, rules);
    Instant rank = Instant.parse(row.path("rank_at").asText());
    QueuePlan.Verdict verdict = verdict(sql, room, one, rank, now);
    if (verdict.state() != State.GRANTED) {
      int severity = Measured.of(row.put("approved", true));
      Cancels.makeWay(change, transitions, room, one, severity);
    }
    transitions.move(
        change,
        Move.of(id, verdict.state(), State.AWAITING_APPROVAL)
            .because(MayRun.told(sql, verdict).reason()),
        now);
  }

  /**
   * The training before a command that may still run; empty where there is none, or the command is
   * no training.
   */
  static Optional<UUID> before(Sql sql, ObjectNode row) throws SQLException {
    return row.path("action").asText().equals(Action.RETRAIN.name())
        ? MayRun.before(sql, row.path("model_id").asText())
        : Optional.empty();
  }

  /**
   * Tells whoever would approve a command of the training before it that may still run, if nobody
   * has been told: then they judge in a new round. The caller holds the ledger's lock and the row
   * of the command.
   *
   * @param row of a command that waits for a person
   * @return whether there was something to tell
   */
  boolean tellBefore(Change change, ObjectNode row, UUID before) throws SQLException {
    if (MayRun.isTold(row.path("reason").asText(null), before)) {
      return false;
    }
    Instant now = transitions.now();
    String reason = MayRun.reason(before, row.path("approvals_needed").asInt());
    RetrainStatus status = Transitions.restate(change, row, reason, now);
    change
        .sql()
        .update(
            """
            UPDATE retrain_commands
            SET approval_round = approval_round + 1, approval_expires_at = ?
            WHERE command_id = ?
            """,
            now.plus(rules.patience(row.path("tier").asInt())),
            UUID.fromString(status.commandId()));
    change.audit(
        "retrain.hold",
        "retrain:" + status.commandId(),
        JsonNodeFactory.instance.objectNode().put("model", status.modelId()).put("reason", reason));
    return true;
  }

  /** Puts a record of the retrains topic that is no command where the dead letters go. */
  void bury(DeadLetter letter, String requestId) {
    DeadLetters.bury(database, NAME, letter, requestId);
    messagesWait.run();
  }

  /**
   * Looks at all that wait, and does the first thing that is due: a deadline, an approval that did
   * not come, a grant, or a wait for something else. A command that cannot be moved is left out for
   * a minute, and so stops nobody.
   *
   * @return whether anything was due: then something else may be
   */
  public boolean step() {
    Instant now = transitions.now();
    leftOut.values().removeIf(until -> !until.isAfter(now));
    Queue queue = new Queue(transitions, rules, Set.copyOf(leftOut.keySet()));
    boolean changed;
    try {
      changed = database.write(sql -> queue.step(Change.ofItself(sql, NAME, "queue")));
    } catch (Unavailable e) {
      throw e;
    } catch (RuntimeException e) {
      UUID culprit = queue.underWay();
      if (culprit == null) {
        throw e;
      }
      // Else nothing behind it would ever move.
      Correlation.ofCommand(
          culprit.toString(),
          String.valueOf(queue.cause()),
          () -> LOG.error("command {} is left out of the queue for {}", culprit, PAUSE, e));
      leftOut.put(culprit, now.plus(PAUSE));
      return true;
    }
    if (changed) {
      UUID moved = queue.underWay();
      if (moved != null) {
        Correlation.ofCommand(
            moved.toString(),
            String.valueOf(queue.cause()),
            () -> LOG.info("command {} has moved in the queue", moved));
      }
      messagesWait.run();
    }
    return changed;
  }
}
