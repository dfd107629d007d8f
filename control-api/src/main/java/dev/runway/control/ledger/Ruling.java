package dev.runway.control.ledger;

import dev.runway.model.RetrainStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger makes of a command that is new.
 *
 * @param reason null when there is nothing to say
 * @param approvals how many persons have to approve
 * @param patience how long it waits for them, or for the next escalation; null when for nobody
 * @param coolsUntil end of the cool-down by which it is refused; null when it is not by that
 */
record Ruling(
    State state,
    @Nullable String reason,
    int approvals,
    @Nullable Duration patience,
    @Nullable Instant coolsUntil) {

  private Ruling(State state, @Nullable String reason, int approvals, @Nullable Duration patience) {
    this(state, reason, approvals, patience, null);
  }

  static Ruling refused(String reason) {
    return new Ruling(State.REFUSED, reason, 0, null);
  }

  /** By the cool-down of a command that was granted a short time ago. */
  static Ruling cooling(String joinedTo, Instant until) {
    String reason = "cool_down: joined to %s until %s".formatted(joinedTo, until);
    return new Ruling(State.REFUSED, reason, 0, null, until);
  }

  /** Of a command that cancels another one, which is done at once. */
  static Ruling cancels(String target) {
    return new Ruling(State.SUCCEEDED, "cancels: " + target, 0, null);
  }

  static Ruling of(QueuePlan.Verdict verdict) {
    return new Ruling(verdict.state(), verdict.reason(), 0, null);
  }

  /** Of a training while the one before it may still run. */
  static Ruling unclearBefore(UUID before, LedgerRules rules, int tier) {
    int persons = rules.fourEyes() && tier == 1 ? 2 : 1;
    return new Ruling(
        State.AWAITING_APPROVAL, MayRun.reason(before, persons), persons, rules.patience(tier));
  }

  static Ruling held(int approvals, Duration patience) {
    return new Ruling(
        State.AWAITING_APPROVAL,
        approvals == 1
            ? "approval: a person has to approve"
            : "approval: two persons have to approve",
        approvals,
        patience);
  }
}
