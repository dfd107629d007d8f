package dev.runway.retraintrigger.ledger;

import dev.runway.model.EventTime;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rules of decision 0012 in as few words as they go: one of a cause, one active of a model, a
 * cap, a budget of which tier 1 has a part for itself, cool-downs, persons, and a queue in the
 * order of one time. And a scheduler that brings what is granted to some end, by the seed.
 */
final class SlimLedger {
  private static final long DAY = 24 * 60 * 60_000L;

  /** What becomes of a command. */
  private static final class Account {
    final RetrainCommand command;
    final long rank;
    State state = State.QUEUED;
    long revision;
    long nextAtMillis;
    boolean granted;

    Account(RetrainCommand command, long now) {
      this.command = command;
      this.rank =
          now
              + DAY * (command.urgency().tier() - 1)
              - (long) (command.urgency().severity() * DAY / 2);
    }

    boolean isActive() {
      return granted && !state.isFinal();
    }

    boolean waits() {
      return state == State.QUEUED || state == State.QUEUED_BUDGET;
    }
  }

  /** Quiet of a model after a grant. */
  private record Quiet(RetrainCommand command, long endsAtMillis, boolean broken) {}

  final int cap;
  final double budget;
  final double tier1Reserve;
  private final long seed;
  private final long cooldownMillis;
  private final long monthMillis;
  private final Map<UUID, Account> accounts = new HashMap<>();
  private final Map<String, Quiet> quiet = new HashMap<>();
  private final List<RetrainStatus> said = new ArrayList<>();
  private long month = Long.MIN_VALUE;
  private double spent;
  private double spentByOthers;

  SlimLedger(long seed, int cap, double budget, long cooldownMillis, long monthMillis) {
    this.seed = seed;
    this.cap = cap;
    this.budget = budget;
    this.tier1Reserve = budget / 5;
    this.cooldownMillis = cooldownMillis;
    this.monthMillis = monthMillis;
  }

  boolean knows(RetrainCommand command) {
    return accounts.containsKey(command.commandId());
  }

  /** Takes a command; one that is there already changes nothing. */
  void receive(RetrainCommand command, long now) {
    if (knows(command)) {
      return;
    }
    Account account = new Account(command, now);
    accounts.put(command.commandId(), account);
    String refusal = refusal(account, now);
    if (refusal == null && isBack(command)) {
      makeWay(account, now);
    }
    if (refusal != null) {
      move(account, State.REFUSED, now, refusal);
    } else if (command.mode() == Mode.APPROVE) {
      account.nextAtMillis = now + random(account).nextInt(30) * 60_000L;
      move(account, State.AWAITING_APPROVAL, now, null);
    } else {
      move(account, State.QUEUED, now, "model_busy: or no place");
    }
  }

  private static boolean isBack(RetrainCommand command) {
    return command.cause().action() == Action.ROLLBACK;
  }

  /** What would be deployed is not wanted while going back is. */
  private void makeWay(Account back, long now) {
    for (Account other : accounts.values()) {
      if (isAnother(other, back)) {
        move(other, State.CANCELLED, now, "cancelled: by rollback:" + back.command.commandId());
      }
    }
  }

  private static boolean isAnother(Account other, Account one) {
    return other != one
        && !other.state.isFinal()
        && other.command.cause().modelId().equals(one.command.cause().modelId());
  }

  private @Nullable String refusal(Account one, long now) {
    RetrainCommand command = one.command;
    if (command.deadlineAtMillis() <= now) {
      return "deadline_passed: too late";
    }
    if (command.mode() == Mode.ADVISE) {
      return "advice_only: nothing runs";
    }
    for (Account other : accounts.values()) {
      if (isAnother(other, one) && (!isBack(command) || isBack(other.command))) {
        return "joined: to another one";
      }
    }
    if (isBack(command)) {
      return null;
    }
    Quiet now0 = quiet.get(command.cause().modelId());
    if (now0 == null || now0.endsAtMillis() <= now || isFurtherAttempt(command)) {
      return null;
    }
    boolean worse =
        command.urgency().severityClass().compareTo(now0.command().urgency().severityClass()) > 0;
    return worse && !now0.broken() ? null : "cool_down: a short time ago";
  }

  private boolean isFurtherAttempt(RetrainCommand command) {
    return accounts.values().stream()
        .anyMatch(
            other ->
                other.command.cause().episode().equals(command.cause().episode())
                    && other.command.cause().action() == command.cause().action()
                    && other.command.cause().attempt() == command.cause().attempt() - 1
                    && (other.state == State.FAILED || other.state == State.TIMED_OUT));
  }

  /** All that is due by now: persons, ends, grants. */
  void run(long now) {
    if (Math.floorDiv(now, monthMillis) != month) {
      month = Math.floorDiv(now, monthMillis);
      spent = 0;
      spentByOthers = 0;
    }
    List<Account> inOrder = new ArrayList<>(accounts.values());
    inOrder.sort(
        Comparator.comparingLong((Account account) -> account.rank)
            .thenComparing(account -> account.command.commandId()));
    inOrder.forEach(account -> goOn(account, now));
    for (Account account : inOrder) {
      if (account.waits()) {
        grant(account, now);
      }
    }
  }

  private void goOn(Account account, long now) {
    if (account.state == State.AWAITING_APPROVAL && now >= account.nextAtMillis) {
      boolean approved = random(account).nextInt(40) > 5;
      move(
          account,
          approved ? State.QUEUED : State.REFUSED,
          now,
          approved ? "fleet_cap: or soon" : "rejected: by bob");
    } else if (account.isActive() && now >= account.nextAtMillis) {
      State next = next(account);
      if (next.isFinal() && next == State.SUCCEEDED) {
        pay(account, account.command.estimatedCost() * 0.9);
      }
      move(account, next, now, null);
      account.nextAtMillis = now + (1 + random(account).nextInt(20)) * 60_000L;
    }
  }

  private State next(Account account) {
    return switch (account.state) {
      case GRANTED -> State.SUBMITTED;
      case SUBMITTED -> random(account).nextInt(4) == 0 ? State.UNKNOWN : State.RUNNING;
      case UNKNOWN -> State.TIMED_OUT;
      default -> random(account).nextInt(3) == 0 ? State.FAILED : State.SUCCEEDED;
    };
  }

  private void pay(Account account, double dollars) {
    spent += dollars;
    spentByOthers += account.command.urgency().tier() == 1 ? 0 : dollars;
  }

  private void grant(Account account, long now) {
    String model = account.command.cause().modelId();
    long active = accounts.values().stream().filter(Account::isActive).count();
    boolean busy =
        accounts.values().stream()
            .anyMatch(other -> other.isActive() && other.command.cause().modelId().equals(model));
    if (busy || active >= cap) {
      wait(account, State.QUEUED, now);
    } else if (!pays(account)) {
      wait(account, State.QUEUED_BUDGET, now);
    } else {
      account.granted = true;
      account.nextAtMillis = now + (1 + random(account).nextInt(5)) * 60_000L;
      Quiet before = quiet.get(model);
      boolean broke = before != null && before.endsAtMillis() > now;
      quiet.put(model, new Quiet(account.command, now + cooldownMillis, broke));
      move(account, State.GRANTED, now, null);
    }
  }

  private boolean pays(Account account) {
    double reserved = 0;
    double reservedByOthers = 0;
    for (Account other : accounts.values()) {
      if (other.isActive()) {
        reserved += other.command.estimatedCost();
        reservedByOthers += other.command.urgency().tier() == 1 ? 0 : other.command.estimatedCost();
      }
    }
    double cost = account.command.estimatedCost();
    boolean all = spent + reserved + cost <= budget;
    boolean others = spentByOthers + reservedByOthers + cost <= budget - tier1Reserve;
    return all && (account.command.urgency().tier() == 1 || others);
  }

  private void wait(Account account, State state, long now) {
    if (account.state != state) {
      move(account, state, now, "budget: or a place");
    }
  }

  private void move(Account account, State state, long now, @Nullable String why) {
    account.state = state;
    account.revision++;
    said.add(
        new RetrainStatus(
            account.command.commandId().toString(),
            account.command.cause().modelId(),
            account.command.cause().modelVersion(),
            state,
            account.revision,
            now,
            why,
            null,
            Double.NaN,
            coolsUntil(account, why)));
  }

  private long coolsUntil(Account account, @Nullable String why) {
    Quiet now0 = quiet.get(account.command.cause().modelId());
    return why == null || now0 == null || !why.startsWith("cool_down:")
        ? EventTime.NONE
        : now0.endsAtMillis();
  }

  /** The same for the same command, however often it is asked. */
  private SplittableRandom random(Account account) {
    return new SplittableRandom(
        seed ^ account.command.commandId().getLeastSignificantBits() ^ account.revision);
  }

  /** What was said from an index on. */
  List<RetrainStatus> said(int from) {
    return List.copyOf(said.subList(from, said.size()));
  }

  RetrainCommand command(RetrainStatus status) {
    return Objects.requireNonNull(accounts.get(UUID.fromString(status.commandId()))).command;
  }

  boolean allEnded() {
    return accounts.values().stream().allMatch(account -> account.state.isFinal());
  }
}
