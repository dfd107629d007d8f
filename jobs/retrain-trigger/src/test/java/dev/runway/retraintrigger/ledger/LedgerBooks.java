package dev.runway.retraintrigger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What statuses alone say of caps, money and attempts: the ledger's own books are not asked. */
final class LedgerBooks {
  private final String where;
  private final int cap;
  private final double budget;
  private final long monthMillis;
  private final Map<String, RetrainCommand> active = new HashMap<>();
  private final Set<String> started = new HashSet<>();
  private final Map<String, State> ends = new HashMap<>();
  private final Map<Long, Double> spent = new HashMap<>();
  private final Set<String> tier1Waits = new HashSet<>();

  LedgerBooks(String where, int cap, double budget, long monthMillis) {
    this.where = where;
    this.cap = cap;
    this.budget = budget;
    this.monthMillis = monthMillis;
  }

  void take(RetrainStatus status, RetrainCommand command) {
    RetrainCommand.Cause cause = command.cause();
    boolean tier1 = command.urgency().tier() == 1;
    boolean waits = status.state() == State.QUEUED || status.state() == State.QUEUED_BUDGET;
    if (tier1 && waits) {
      tier1Waits.add(status.commandId());
    } else {
      tier1Waits.remove(status.commandId());
    }
    if (status.state() == State.GRANTED) {
      assertThat(started.add(status.commandId())).as("%s: started twice", where).isTrue();
      for (RetrainCommand other : active.values()) {
        assertThat(other.cause().modelId())
            .as("%s: two of a model", where)
            .isNotEqualTo(cause.modelId());
      }
      // Waiting makes up for a tier only after a day.
      assertThat(tier1 || tier1Waits.isEmpty()).as("%s: before tier 1", where).isTrue();
      if (cause.attempt() > 1) {
        State before = ends.get(attempt(cause, cause.attempt() - 1));
        assertThat(before)
            .as("%s: attempt %d before the last has ended", where, cause.attempt())
            .isNotNull();
      }
      active.put(status.commandId(), command);
    } else if (status.state().isFinal()) {
      ends.put(attempt(cause, cause.attempt()), status.state());
      if (active.remove(status.commandId()) != null && status.state() == State.SUCCEEDED) {
        spent.merge(
            Math.floorDiv(status.atMillis(), monthMillis),
            command.estimatedCost() * 0.9,
            Double::sum);
      }
    }
    assertThat(active.size()).as("%s: running", where).isLessThanOrEqualTo(cap);
    double reserved = active.values().stream().mapToDouble(RetrainCommand::estimatedCost).sum();
    double paid = spent.getOrDefault(Math.floorDiv(status.atMillis(), monthMillis), 0.0);
    assertThat(paid + reserved)
        .as("%s: spent and reserved", where)
        .isLessThanOrEqualTo(budget + 1e-6);
  }

  /** Going back is tried for itself. */
  private static String attempt(RetrainCommand.Cause cause, int number) {
    return cause.episode() + cause.action() + "#" + number;
  }

  boolean hasStarted(RetrainCommand command) {
    return started.contains(command.commandId().toString());
  }

  int started() {
    return started.size();
  }
}
