package dev.runway.control.ledger;

import dev.runway.model.RetrainStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who of those that wait is granted, in their order and as far as there is room. */
final class QueuePlan {
  private QueuePlan() {}

  /**
   * What becomes of one that waits.
   *
   * @param state GRANTED, QUEUED or QUEUED_BUDGET
   * @param reason why it waits; null when it is granted
   */
  record Verdict(Waiting command, State state, @Nullable String reason) {}

  /**
   * Place in the queue, the earliest first. It depends on nothing that comes later, so whoever
   * waits long enough comes before everybody who is new.
   *
   * @param tier 1 to 4: each is worth one {@code ageing} of waiting
   * @param urgency 0 to 1.9: severity, and a tenth for each step of priority
   */
  static Instant rank(Instant received, int tier, double urgency, Duration ageing) {
    return received.plusMillis(Math.round((tier - urgency) * ageing.toMillis()));
  }

  /**
   * Verdicts on all that wait.
   *
   * @param inOrder by rank
   * @param room what there is; used up by this
   * @param month that pays
   */
  static List<Verdict> of(List<Waiting> inOrder, Room room, YearMonth month) {
    List<Verdict> verdicts = new ArrayList<>(inOrder.size());
    int behind = 0;
    for (Waiting command : inOrder) {
      String noPlace = room.noPlace(command);
      if (noPlace != null) {
        verdicts.add(new Verdict(command, State.QUEUED, noPlace));
      } else if (!room.pays(command)) {
        behind++;
        verdicts.add(
            new Verdict(
                command,
                State.QUEUED_BUDGET,
                "budget: place %d, expected on %s-01"
                    .formatted(behind, month.plusMonths(room.monthsUntilPaid(command)))));
      } else {
        room.take(command);
        verdicts.add(new Verdict(command, State.GRANTED, null));
      }
    }
    return verdicts;
  }

  /** The verdict on one of them. */
  static Verdict on(UUID id, List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(verdict -> verdict.command().id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no verdict on " + id));
  }
}
