package dev.runway.control.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.outbox.Change;
import dev.runway.model.EventTime;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.RetrainStatusCodec;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new line of the ledger.
 *
 * @param tier that counts: the registry's
 * @param team null when the registry does not know the model
 * @param estimate in US dollars, rounded up to cents
 */
record Entry(
    RetrainCommand command,
    String askedBy,
    int tier,
    @Nullable String team,
    BigDecimal estimate,
    Instant at) {

  private static final String INSERT =
      """
      INSERT INTO retrain_commands (
          command_id, model_id, model_version, action, target, reason_class, episode, attempt, tier,
          team, severity, severity_class, priority, mode, wave, generation, decision_id, policy,
          policy_version, evidence_hash, command, asked_by, issued_at, deadline_at, received_at,
          rank_at, state, state_revision, state_at, reason, approvals_needed, approval_expires_at,
          granted_at, ended_at, new_version, budget_month, estimated_cost, reserved_cost, message,
          request_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::integer, ?, ?, ?, ?,
              ?::timestamptz, ?, ?, ?, 1, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?::timestamptz,
              ?, ?::date, ?::numeric, ?::numeric, ?, ?)
      """;

  UUID id() {
    return command.commandId();
  }

  Instant rank(LedgerRules rules) {
    RetrainCommand.Urgency urgency = command.urgency();
    return QueuePlan.rank(at, tier, urgency.severity() + urgency.priority() / 10.0, rules.ageing());
  }

  Waiting waiting() {
    RetrainCommand.Cause cause = command.cause();
    return new Waiting(
        id(),
        cause.modelId(),
        team,
        tier,
        reserve(),
        Admission.byPerson(command, askedBy),
        State.QUEUED,
        cause.action() == Action.ROLLBACK);
  }

  /** What its grant reserves. */
  private BigDecimal reserve() {
    return Budget.due(line());
  }

  /** Writes it, takes what a grant takes, and tells it. */
  void write(Change change, Transitions transitions, Ruling ruling, LedgerRules rules, Steps steps)
      throws SQLException {
    boolean granted = ruling.state() == State.GRANTED;
    RetrainStatus status = status(ruling);
    byte[] message = RetrainStatusCodec.write(status);
    insert(change, ruling, rules, message);
    steps.reached(Steps.Step.WRITTEN);
    if (granted) {
      transitions.granted(change.sql(), line(), at);
      steps.reached(Steps.Step.RESERVED);
    }
    Transitions.publish(change, status, message, change.requestId());
    steps.reached(Steps.Step.PUBLISHED);
    Transitions.audit(change, ruling.state(), id(), detail(ruling));
    steps.reached(Steps.Step.AUDITED);
  }

  private void insert(Change change, Ruling ruling, LedgerRules rules, byte[] message)
      throws SQLException {
    RetrainCommand.Cause cause = command.cause();
    RetrainCommand.Urgency urgency = command.urgency();
    boolean granted = ruling.state() == State.GRANTED;
    change
        .sql()
        .update(
            INSERT,
            id(),
            cause.modelId(),
            cause.modelVersion(),
            cause.action().name(),
            cause.target(),
            cause.reasonClass().name(),
            cause.episode(),
            cause.attempt(),
            tier,
            team,
            urgency.severity(),
            urgency.severityClass().name(),
            urgency.priority(),
            command.mode().name(),
            command.wave(),
            command.generation(),
            command.decisionId(),
            command.policy(),
            command.policy() == null ? null : command.policyVersion(),
            command.evidenceHash(),
            RetrainCommandCodec.write(command),
            askedBy,
            Instant.ofEpochMilli(command.issuedAtMillis()),
            deadline(),
            at,
            rank(rules),
            ruling.state().name(),
            at,
            ruling.reason(),
            ruling.approvals(),
            ruling.patience() == null ? null : at.plus(ruling.patience()),
            granted ? at : null,
            ruling.state().isFinal() ? at : null,
            newVersion(ruling),
            granted ? Budget.month(at) : null,
            estimate.toPlainString(),
            granted ? reserve().toPlainString() : "0",
            message,
            change.requestId());
  }

  private @Nullable Instant deadline() {
    return command.deadlineAtMillis() == RetrainCommand.NEVER
        ? null
        : Instant.ofEpochMilli(command.deadlineAtMillis());
  }

  /** A cancellation is done at once, and the version that serves stays. */
  private @Nullable String newVersion(Ruling ruling) {
    return ruling.state() == State.SUCCEEDED ? command.cause().modelVersion() : null;
  }

  private RetrainStatus status(Ruling ruling) {
    return new RetrainStatus(
        id().toString(),
        command.cause().modelId(),
        command.cause().modelVersion(),
        ruling.state(),
        1,
        at.toEpochMilli(),
        ruling.reason(),
        newVersion(ruling),
        granted(ruling) ? reserve().doubleValue() : Double.NaN,
        coolsUntilMillis(ruling));
  }

  /** Whether money is reserved for it: of a way back there is none to be told. */
  private boolean granted(Ruling ruling) {
    return ruling.state() == State.GRANTED && reserve().signum() > 0;
  }

  private static long coolsUntilMillis(Ruling ruling) {
    Instant until = ruling.coolsUntil();
    return until == null ? EventTime.NONE : until.toEpochMilli();
  }

  /** The columns that a grant looks at. */
  private ObjectNode line() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("command_id", id().toString()).put("model_id", command.cause().modelId());
    line.put("action", command.cause().action().name());
    line.put("team", team).put("tier", tier).put("policy", command.policy());
    line.put("policy_version", command.policyVersion());
    line.put("severity_class", command.urgency().severityClass().name());
    line.put("estimated_cost", estimate.toPlainString());
    return line;
  }

  private ObjectNode detail(Ruling ruling) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("model", command.cause().modelId()).put("to", ruling.state().name());
    detail.put("action", command.cause().action().name()).put("asked_by", askedBy);
    detail.put("reason", ruling.reason()).put("estimated_cost", estimate.doubleValue());
    detail.put("evidence_hash", command.evidenceHash());
    return detail;
  }
}
