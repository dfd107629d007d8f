package dev.runway.control.dispatch;

import dev.runway.control.dispatch.Trace.Step;
import dev.runway.control.ledger.Move;
import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.Cancellation;
import dev.runway.control.scheduler.Progress;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.control.security.Subject;
import dev.runway.model.Limits;
import dev.runway.model.RetrainStatus.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows commands that were handed in until they have ended, and stops those that are to be.
 *
 * <p>Of one that is with another scheduler than this, or on another machine, nobody says anything,
 * unless its end has left a trace here: it ends with that, or with the version that somebody
 * registers, or when its end is asked for, or it takes too long.
 *
 * <p>When a command is looked at next, and since when something of it is missing, is held in memory
 * alone: whoever takes over looks at once, and is patient anew.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final Pattern VERSION = Pattern.compile("[^\\p{Cntrl}\\p{Cs}]{1,128}");

  private final Scheduler scheduler;
  private final CommandStore store;
  private final DispatchLease lease;
  private final Outage outage;
  private final SchedulerOptions.Pace pace;
  private final Clock clock;
  private final Trace trace;
  private final Map<UUID, Instant> nextLook = new HashMap<>();
  private final Map<UUID, Instant> missingSince = new HashMap<>();

  Watch(
      Scheduler scheduler,
      CommandStore store,
      DispatchLease lease,
      Outage outage,
      SchedulerOptions.Pace pace,
      Clock clock,
      Trace trace) {
    this.scheduler = scheduler;
    this.store = store;
    this.lease = lease;
    this.outage = outage;
    this.pace = pace;
    this.clock = clock;
    this.trace = trace;
  }

  /** Whether a command is to be stopped: somebody asked, or it takes too long. */
  boolean isToEnd(ActiveCommand command) {
    Instant handedIn = command.submittedAt();
    return command.cancelledBy() != null
        || (handedIn != null && handedIn.plus(pace.deadline()).isBefore(clock.instant()));
  }

  /** The same commands, those first that were not looked at for the longest time. */
  List<ActiveCommand> byNextLook(List<ActiveCommand> commands) {
    return commands.stream().sorted(Comparator.comparing(this::due)).toList();
  }

  private Instant due(ActiveCommand command) {
    return nextLook.getOrDefault(command.id(), Instant.MIN);
  }

  /**
   * Looks at a command, if it is time, and writes down what is new.
   *
   * @return whether it was time
   */
  boolean look(long epoch, ActiveCommand command) {
    Instant now = clock.instant();
    if (now.isBefore(due(command))) {
      return false;
    }
    nextLook.put(command.id(), now.plus(pace.poll()));
    boolean toEnd = isToEnd(command);
    if (!toEnd || goesOnAfter(stop(epoch, command), epoch, command)) {
      ask(epoch, command, toEnd);
    }
    return true;
  }

  private void ask(long epoch, ActiveCommand command, boolean toEnd) {
    lease.require(epoch);
    boolean here = command.isWith(scheduler);
    Progress progress =
        here ? scheduler.look(command.order(), command.run()) : command.traceAt(scheduler);
    trace.reached(Step.LOOKED);
    if (progress instanceof Progress.Unreachable unreachable) {
      outage.failed(unreachable.reason(), unreachable.again());
      return;
    }
    if (here) {
      outage.over();
    }
    Move move = moveFor(command, progress, toEnd);
    if (move != null && store.move(move.under(epoch)) && move.to().isFinal()) {
      forget(command.id());
    }
  }

  /** Forgets commands that ended without it. */
  void retain(Set<UUID> active) {
    nextLook.keySet().retainAll(active);
    missingSince.keySet().retainAll(active);
  }

  void forget(UUID id) {
    nextLook.remove(id);
    missingSince.remove(id);
  }

  private Cancellation stop(long epoch, ActiveCommand command) {
    lease.require(epoch);
    Cancellation answer =
        command.isWith(scheduler)
            ? scheduler.cancel(command.order(), command.run())
            : Cancellation.IMPOSSIBLE;
    trace.reached(Step.STOPPED);
    return answer;
  }

  /** Whether there is still something to look at after its end was asked for. */
  private boolean goesOnAfter(Cancellation answer, long epoch, ActiveCommand command) {
    switch (answer) {
      case ASKED -> {
        return true;
      }
      case UNREACHABLE -> outage.failed("it does not answer", Duration.ZERO);
      case UNKNOWN_THERE -> {
        outage.over();
        // What was sent may still be on its way: until then it is asked for again and again.
        if (isPatienceOver(command)) {
          endNow(epoch, command, "there is no such run");
        }
      }
      case IMPOSSIBLE -> {
        if (store.ledTo(command) != null || hasLeftATrace(command)) {
          return true;
        }
        endUnstopped(epoch, command);
      }
    }
    return false;
  }

  private boolean hasLeftATrace(ActiveCommand command) {
    return !command.isWith(scheduler) && !(command.traceAt(scheduler) instanceof Progress.Untold);
  }

  private void endNow(long epoch, ActiveCommand command, String how) {
    end(epoch, command, end(command, how));
  }

  /**
   * Ends one that nobody can stop. It may still run, unless it is not sure that it began and the
   * person who cancels it has looked.
   */
  private void endUnstopped(long epoch, ActiveCommand command) {
    String by = command.cancelledBy();
    if (command.state() == State.UNKNOWN && by != null && Subject.isPersonsWord(by)) {
      endNow(epoch, command, "who says that it never began: nothing can be stopped there");
    } else {
      String how = "nothing can be stopped there: it may still run";
      end(epoch, command, end(command, how).mayStillRun());
    }
  }

  private void end(long epoch, ActiveCommand command, Move end) {
    if (store.move(end.under(epoch))) {
      forget(command.id());
    }
  }

  private Move end(ActiveCommand command, String how) {
    return command.cancelledBy() == null
        ? to(command, State.TIMED_OUT).because("too_long: after " + pace.deadline() + ", " + how)
        : to(command, State.CANCELLED)
            .because("cancelled: by " + command.cancelledBy() + ", " + how);
  }

  private @Nullable Move moveFor(ActiveCommand command, Progress progress, boolean toEnd) {
    if (!(progress instanceof Progress.Missing || progress instanceof Progress.Succeeded)) {
      missingSince.remove(command.id());
    }
    if (progress instanceof Progress.Waiting) {
      return command.state() == State.UNKNOWN ? to(command, State.ACCEPTED) : null;
    }
    if (progress instanceof Progress.Running) {
      return command.state() == State.RUNNING ? null : to(command, State.RUNNING);
    }
    if (progress instanceof Progress.Succeeded succeeded) {
      return succeeded(command, succeeded);
    }
    if (progress instanceof Progress.Untold) {
      String version = store.ledTo(command);
      return version == null ? null : succeeded(command, new Progress.Succeeded(version, null));
    }
    if (progress instanceof Progress.Failed failed) {
      double cost = told(command, failed.cost(), Double.NaN);
      return toEnd
          ? end(command, failed.reason()).ended(null, cost)
          : to(command, State.FAILED).because("run_failed: " + failed.reason()).ended(null, cost);
    }
    if (progress instanceof Progress.Cancelled cancelled) {
      return toEnd
          ? end(command, cancelled.reason())
          : to(command, State.CANCELLED).because("cancelled_there: " + cancelled.reason());
    }
    if (progress instanceof Progress.TimedOut timedOut) {
      return to(command, State.TIMED_OUT).because("too_long: " + timedOut.reason());
    }
    String why = ((Progress.Missing) progress).reason();
    if (!isPatienceOver(command)) {
      return null;
    }
    return toEnd
        ? end(command, why)
        : to(command, State.FAILED).because("gone: the scheduler knows it no more, " + why);
  }

  /** What a run did not say of its cost the version that it trained may. */
  private @Nullable Move succeeded(ActiveCommand command, Progress.Succeeded succeeded) {
    double cost = told(command, succeeded.cost(), Double.NaN);
    String version = succeeded.newVersion();
    if (version == null || !VERSION.matcher(version).matches()) {
      version = command.target() == null ? store.trained(command) : command.target();
    }
    if (version != null) {
      boolean trained = Double.isNaN(cost) && command.target() == null;
      Double byVersion = trained ? store.trainingCost(command.order().modelId(), version) : null;
      return to(command, State.SUCCEEDED).ended(version, told(command, byVersion, cost));
    }
    return isPatienceOver(command)
        ? to(command, State.FAILED)
            .because(
                "no_version: it succeeded, named no version, and none is registered with training_run "
                    + command.id())
            .ended(null, Double.isNaN(cost) ? command.estimatedCost() : cost)
        : running(command);
  }

  private static @Nullable Move running(ActiveCommand command) {
    return command.state() == State.RUNNING ? null : to(command, State.RUNNING);
  }

  /** What a run says that it has cost; what no run costs counts as not said. */
  private static double told(ActiveCommand command, @Nullable Double cost, double otherwise) {
    if (cost == null) {
      return otherwise;
    }
    if (!(cost >= 0 && cost <= Limits.MAX_COST)) {
      LOG.warn("command {} says that it has cost {}: that is not believed", command.id(), cost);
      return otherwise;
    }
    return cost;
  }

  /**
   * Whether something of it has been missing for too long; if it was not yet, it is from now on.
   */
  boolean isPatienceOver(ActiveCommand command) {
    Instant since = missingSince.computeIfAbsent(command.id(), id -> clock.instant());
    return !since.plus(pace.patience()).isAfter(clock.instant());
  }

  private static Move to(ActiveCommand command, State state) {
    return Move.of(command.id(), state, command.state());
  }
}
