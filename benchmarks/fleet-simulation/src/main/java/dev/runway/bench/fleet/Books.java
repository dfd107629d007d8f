package dev.runway.bench.fleet;

import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * What statuses alone say of caps, money and waiting, command by command; the ledger's own books
 * are not asked. What may not be is kept as a complaint.
 */
final class Books {
  private final int cap;
  private final double budget;
  private final Map<String, RetrainCommand> commands = new HashMap<>();
  private final Map<String, RetrainCommand> active = new HashMap<>();
  private final Map<String, YearMonth> paidBy = new HashMap<>();
  private final Map<YearMonth, Double> spent = new HashMap<>();
  private final Set<String> started = new HashSet<>();
  private final Map<String, State> last = new HashMap<>();
  private final Map<String, Long> waitsSince = new HashMap<>();
  final List<String> complaints = new ArrayList<>();
  final Map<State, Integer> ends = new HashMap<>();
  final Map<String, Integer> refusals = new HashMap<>();
  int mostActive;
  double mostBound;
  long longestTier1WaitMillis;
  int budgetWaits;

  Books(int cap, double budget) {
    this.cap = cap;
    this.budget = budget;
  }

  void sent(RetrainCommand command) {
    commands.put(command.commandId().toString(), command);
  }

  RetrainCommand command(RetrainStatus status) {
    return Objects.requireNonNull(commands.get(status.commandId()));
  }

  void take(RetrainStatus status) {
    String id = status.commandId();
    RetrainCommand command = command(status);
    last.put(id, status.state());
    switch (status.state()) {
      case QUEUED, QUEUED_BUDGET -> {
        waitsSince.putIfAbsent(id, status.atMillis());
        budgetWaits += status.state() == State.QUEUED_BUDGET ? 1 : 0;
      }
      case GRANTED -> granted(status, command);
      default -> {
        // Neither waits nor begins.
      }
    }
    if (status.state().isFinal()) {
      ended(status, command);
    }
    check(status);
  }

  private void granted(RetrainStatus status, RetrainCommand command) {
    String id = status.commandId();
    String model = command.cause().modelId();
    require(started.add(id), "started twice: " + id);
    require(
        active.values().stream().noneMatch(other -> other.cause().modelId().equals(model)),
        "two run of " + model);
    active.put(id, command);
    paidBy.put(id, month(status.atMillis()));
    Long since = waitsSince.remove(id);
    if (since != null && command.urgency().tier() == 1) {
      longestTier1WaitMillis = Math.max(longestTier1WaitMillis, status.atMillis() - since);
    }
  }

  private void ended(RetrainStatus status, RetrainCommand command) {
    ends.merge(status.state(), 1, Integer::sum);
    if (status.state() == State.REFUSED || status.state() == State.CANCELLED) {
      String reason = String.valueOf(status.reason());
      int colon = reason.indexOf(':');
      refusals.merge(colon < 0 ? reason : reason.substring(0, colon), 1, Integer::sum);
    }
    Long since = waitsSince.remove(status.commandId());
    require(
        since == null || command.urgency().tier() != 1 || status.state() != State.REFUSED,
        "tier 1 waited in vain: " + status.reason());
    if (active.remove(status.commandId()) != null && status.state() == State.SUCCEEDED) {
      double cost = Double.isNaN(status.cost()) ? command.estimatedCost() : status.cost();
      // What it has cost beyond its estimate is beside the cap.
      spent.merge(
          Objects.requireNonNull(paidBy.get(status.commandId())),
          Math.min(cost, command.estimatedCost()),
          Double::sum);
    }
  }

  private void check(RetrainStatus status) {
    mostActive = Math.max(mostActive, active.size());
    require(active.size() <= cap, active.size() + " run of " + cap);
    YearMonth month = month(status.atMillis());
    double reserved =
        active.entrySet().stream()
            .filter(entry -> month.equals(paidBy.get(entry.getKey())))
            .mapToDouble(entry -> entry.getValue().estimatedCost())
            .sum();
    double bound = spent.getOrDefault(month, 0.0) + reserved;
    mostBound = Math.max(mostBound, bound);
    require(bound <= budget + 1e-6, bound + " dollars are bound of " + budget);
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      complaints.add(complaint);
    }
  }

  private static YearMonth month(long millis) {
    return YearMonth.from(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  boolean waitsForPerson(UUID id) {
    return last.get(id.toString()) == State.AWAITING_APPROVAL;
  }

  int started() {
    return started.size();
  }

  int sent() {
    return commands.size();
  }

  /** Commands of which the ledger has never said an end. */
  long open() {
    return commands.keySet().stream()
        .filter(id -> last.get(id) == null || !Objects.requireNonNull(last.get(id)).isFinal())
        .count();
  }
}
