package dev.runway.control.dispatch;

import dev.runway.control.calls.Backoff;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.RequestId;
import dev.runway.control.ledger.Fenced;
import dev.runway.control.ledger.Move;
import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.model.RetrainStatus.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What one instance does while it dispatches, round by round: follow what was handed in, then hand
 * in what was granted.
 */
final class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  /** So many are looked at, and so many handed in, before it is the others' turn. */
  private static final int MOST_AT_A_TIME = 50;

  private static final Backoff QUICK = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** Each try may leave one more command for a person to look after. */
  private static final Backoff SLOW = new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(15));

  /** So long a command is let be that cannot be moved. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Scheduler scheduler;
  private final DispatchLease lease;
  private final CommandStore store;
  private final Clock clock;
  private final Outage startless;
  private final Outage silence;
  private final HandIn handIn;
  private final Watch watch;
  private final Turns turns = new Turns();
  private final Map<UUID, Instant> leftOut = new HashMap<>();
  private volatile @Nullable Set<UUID> unasked;

  Rounds(
      Scheduler scheduler,
      SchedulerOptions.Pace pace,
      CommandStore store,
      DispatchLease lease,
      Clock clock,
      Trace trace) {
    this.scheduler = scheduler;
    this.lease = lease;
    this.clock = clock;
    this.store = store;
    String name = scheduler.name();
    Backoff starts = scheduler.startsOnce() ? QUICK : SLOW;
    startless = new Outage(name + " takes no commands, they wait", starts, clock);
    silence = new Outage(name + " does not say how its runs get on", QUICK, clock);
    watch = new Watch(scheduler, store, lease, silence, pace, clock, trace);
    handIn = new HandIn(scheduler, store, lease, watch, turns, startless, QUICK, clock, trace);
  }

  /** Since when the scheduler does not answer as it should; null when it does. */
  @Nullable Instant awaySince() {
    return startless.since() == null ? silence.since() : startless.since();
  }

  /** Why that is so; null when it does. */
  @Nullable String awayBecause() {
    return startless.since() == null ? silence.reason() : startless.reason();
  }

  /**
   * Commands that were handed in where nobody can be asked from here: to another scheduler, or on
   * another machine; null before the first round.
   */
  @Nullable Set<UUID> unasked() {
    return unasked;
  }

  /** This instance has just become the one that dispatches. */
  void begin(long epoch) {
    startless.forget();
    silence.forget();
    turns.retain(Set.of());
    unasked = null;
    scheduler.begin();
    LOG.info("dispatches to {} in epoch {}", scheduler.name(), epoch);
    long elsewhere =
        store.handedIn(clock.instant()).stream()
            .filter(command -> !command.isWith(scheduler))
            .count();
    if (elsewhere > 0) {
      LOG.warn(
          "{} commands were handed in elsewhere and cannot be asked for: to another scheduler than"
              + " {}, or from another machine or folder",
          elsewhere,
          scheduler.name());
    }
  }

  /**
   * Does one round.
   *
   * @return whether there may be more to do at once
   * @throws LeaseLost if another instance dispatches by now
   * @throws dev.runway.control.ledger.Fenced the same, found out by the ledger
   */
  boolean round(long epoch) {
    Instant now = clock.instant();
    leftOut.values().removeIf(until -> !until.isAfter(now));
    List<ActiveCommand> handedIn = store.handedIn(now);
    Set<UUID> active = handedIn.stream().map(ActiveCommand::id).collect(Collectors.toSet());
    watch.retain(active);
    turns.retain(active);
    unasked =
        handedIn.stream()
            .filter(command -> !command.isWith(scheduler))
            .map(ActiveCommand::id)
            .collect(Collectors.toUnmodifiableSet());
    List<ActiveCommand> toFollow = new ArrayList<>();
    List<ActiveCommand> toHandIn = new ArrayList<>();
    for (ActiveCommand command : handedIn) {
      (isToHandInAgain(command, now) ? toHandIn : toFollow).add(command);
    }
    if (toFollow.stream().noneMatch(command -> command.isWith(scheduler))) {
      silence.idle();
    }
    if (startless.since() != null && toHandIn.isEmpty() && !store.isAnyWaiting(now)) {
      startless.idle();
    }
    toFollow.removeIf(command -> !isItsTurn(command, now));
    toHandIn.removeIf(command -> !isItsTurn(command, now));
    int followed = 0;
    for (ActiveCommand command : watch.byNextLook(toFollow)) {
      lease.keep(epoch);
      if (guarded(command, () -> follow(epoch, command)) && ++followed == MOST_AT_A_TIME) {
        break;
      }
    }
    for (int i = 0; i < MOST_AT_A_TIME; i++) {
      lease.keep(epoch);
      Optional<ActiveCommand> next = startless.holds() ? Optional.empty() : next(toHandIn);
      if (next.isEmpty()) {
        return followed == MOST_AT_A_TIME;
      }
      ActiveCommand command = next.get();
      guarded(command, () -> handIn.handle(epoch, command));
    }
    return true;
  }

  private boolean isItsTurn(ActiveCommand command, Instant now) {
    return command.isDue(now) && !leftOut.containsKey(command.id());
  }

  /**
   * Whether it is not sure that it was started, and another try starts it once at most. One that a
   * kill switch holds is only looked for: it goes on if it was started, and is not started now.
   */
  private boolean isToHandInAgain(ActiveCommand command, Instant now) {
    return command.state() == State.UNKNOWN
        && command.isWith(scheduler)
        && scheduler.startsOnce()
        && !command.held()
        && !watch.isToEnd(command)
        && !command.isLate(now);
  }

  /**
   * The one to hand in next, of those that were granted and those whose answer was unclear; each of
   * these comes once in a round.
   */
  private Optional<ActiveCommand> next(List<ActiveCommand> unclear) {
    Instant now = clock.instant();
    Optional<ActiveCommand> granted = store.next(now, leftOut.keySet());
    if (granted.isPresent() && granted.get().isToEndHere(now)) {
      return granted;
    }
    List<ActiveCommand> candidates = new ArrayList<>(unclear);
    candidates.removeIf(command -> !turns.mayGo(command, now)); // It may have become so just now.
    granted.ifPresent(candidates::add);
    Optional<ActiveCommand> next = turns.next(candidates);
    next.ifPresent(unclear::remove);
    return next;
  }

  /** Does something for one command; what goes wrong with it must not stop the others. */
  private boolean guarded(ActiveCommand command, BooleanSupplier work) {
    // As in the audit log and on the topic of statuses.
    MDC.put(RequestId.NAME, command.cause());
    MDC.put(RequestId.COMMAND, command.id().toString());
    try {
      return work.getAsBoolean();
    } catch (Fenced | LeaseLost | Unavailable e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("command {} is left out for {}", command.id(), PAUSE, e);
      leftOut.put(command.id(), clock.instant().plus(PAUSE));
      return true;
    } finally {
      MDC.remove(RequestId.NAME);
      MDC.remove(RequestId.COMMAND);
    }
  }

  /** Whether there was something to do for it, and it was its time. */
  private boolean follow(long epoch, ActiveCommand command) {
    if (command.state() == State.SUBMITTED) {
      // Whoever handed it in ended, or lost the database, before it wrote the answer down.
      store.move(
          Move.of(command.id(), State.UNKNOWN, State.SUBMITTED)
              .under(epoch)
              .because("lost: what the scheduler answered was never written down"));
      return true;
    }
    return !silence.holds() && watch.look(epoch, command);
  }
}
