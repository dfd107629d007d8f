package dev.runway.control.ledger;

import dev.runway.model.RetrainStatus.State;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger makes of a command that is new.
 *
 * @param reason null when there is nothing to say
 * @param approvals how many persons have to approve
 * @param patience how long it waits for them, or for the next escalation; null when for nobody
 */
record Ruling(State state, @Nullable String reason, int approvals, @Nullable Duration patience) {

  static Ruling refused(String reason) {
    return new Ruling(State.REFUSED, reason, 0, null);
  }

  static Ruling of(QueuePlan.Verdict verdict) {
    return new Ruling(verdict.state(), verdict.reason(), 0, null);
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
