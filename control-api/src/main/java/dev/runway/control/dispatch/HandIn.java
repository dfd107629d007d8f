package dev.runway.control.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.Backoff;
import dev.runway.control.dispatch.Trace.Step;
import dev.runway.control.ledger.Move;
import dev.runway.control.scheduler.Progress;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.control.scheduler.Submission;
import dev.runway.model.RetrainStatus.State;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Hands commands in, one after the other in the order of the queue.
 *
 * <p>A command is marked before the scheduler is asked. Whoever finds it marked and did not mark it
 * itself knows that it may have been started: it becomes {@code UNKNOWN}, and is handed in again
 * only under the same id and only where that starts nothing twice.
 */
final class HandIn {
  private final Scheduler scheduler;
  private final CommandStore store;
  private final DispatchLease lease;
  private final Watch watch;
  private final Turns turns;
  private final Outage outage;
  private final Backoff backoff;
  private final Clock clock;
  private final Trace trace;

  /**
   * @param backoff between tries of one command that was not taken, or not for sure
   */
  HandIn(
      Scheduler scheduler,
      CommandStore store,
      DispatchLease lease,
      Watch watch,
      Turns turns,
      Outage outage,
      Backoff backoff,
      Clock clock,
      Trace trace) {
    this.scheduler = scheduler;
    this.store = store;
    this.lease = lease;
    this.watch = watch;
    this.turns = turns;
    this.outage = outage;
    this.backoff = backoff;
    this.clock = clock;
    this.trace = trace;
  }

  /**
   * Hands in one that was granted, unless it is to end, or one whose answer was unclear.
   *
   * @return true: there was something to do
   */
  boolean handle(long epoch, ActiveCommand command) {
    if (command.state() != State.GRANTED) {
      hand(epoch, command);
    } else if (command.cancelledBy() != null) {
      end(epoch, command, State.CANCELLED, "cancelled: by " + command.cancelledBy());
    } else if (command.isLate(clock.instant())) {
      end(epoch, command, State.TIMED_OUT, "too_late: of no use after " + command.deadlineAt());
    } else {
      hand(epoch, command);
    }
    return true;
  }

  private void end(long epoch, ActiveCommand command, State state, String reason) {
    store.move(Move.of(command.id(), state, State.GRANTED).under(epoch).because(reason));
  }

  private void hand(long epoch, ActiveCommand command) {
    ObjectNode document = store.document(command.id());
    String target;
    try {
      target = scheduler.target(command.order());
    } catch (UncheckedIOException e) {
      // As it would be with every other one. Nothing was begun, and nothing is written down.
      outage.failed(e.getMessage() + ": " + e.getCause(), Duration.ZERO);
      return;
    }
    Move mark = Move.of(command.id(), State.SUBMITTED, command.state()).run(scheduler.name(), null);
    if (!store.mark(epoch, mark, target, clock.instant())) {
      return; // What there is to do for it now, the next round sees.
    }
    trace.reached(Step.MARKED);
    long untilNanos = lease.require(epoch);
    Submission answer = scheduler.submit(command.order(), document, untilNanos);
    trace.reached(Step.ANSWERED);
    store.move(moveFor(epoch, command, answer).under(epoch));
    trace.reached(Step.RECORDED);
  }

  private Move moveFor(long epoch, ActiveCommand command, Submission answer) {
    if (answer instanceof Submission.Refused refused) {
      answered(command);
      return refused(epoch, command, refused.reason());
    }
    if (answer instanceof Submission.Busy busy) {
      return busy(command, busy);
    }
    watch.forget(command.id()); // It may be there from now on: it is not missing any more.
    if (answer instanceof Submission.Accepted accepted) {
      answered(command);
      return to(command, State.ACCEPTED).run(scheduler.name(), accepted.runId());
    }
    if (answer instanceof Submission.Duplicate duplicate) {
      answered(command);
      return to(command, State.ACCEPTED)
          .run(scheduler.name(), duplicate.runId())
          .because("duplicate: it had been handed in before");
    }
    Submission.Unclear unclear = (Submission.Unclear) answer;
    String check =
        scheduler.startsOnce()
            ? ""
            : ". It is not sent again: see whether it was started; cancel it as one that never began if"
                + " not, else register"
                + (command.target() == null ? " its version" : " the deployment");
    String reason = "unclear: " + unclear.reason() + check;
    if (unclear.everybody() && scheduler.startsOnce()) {
      boolean known = turns.isAtFault(command.id());
      Instant asked = clock.instant().plus(unclear.again());
      Instant later = later(command);
      Instant again = asked.isAfter(later) ? asked : later;
      turns.failed(command.id(), again);
      if (known) {
        // Others are taken: it holds up nobody but itself.
        return to(command, State.UNKNOWN).because(reason).again(again);
      }
      outage.failed(tried(command, unclear.reason()), unclear.again());
      return to(command, State.UNKNOWN).because(reason);
    }
    outage.failed(tried(command, unclear.reason()), unclear.again());
    return unclear(command, reason);
  }

  /** It need not be the scheduler's fault. */
  private static String tried(ActiveCommand command, String reason) {
    return "%s, asked for %s of %s, command %s"
        .formatted(reason, command.order().action(), command.order().modelId(), command.id());
  }

  private void answered(ActiveCommand command) {
    outage.over();
    turns.answered(command.id());
  }

  /** What is not wanted now may have been taken before, and then it runs. */
  private Move refused(long epoch, ActiveCommand command, String why) {
    Move failed = to(command, State.FAILED).because("not_taken: " + why);
    if (command.state() == State.GRANTED) {
      return failed;
    }
    lease.require(epoch);
    Progress progress = scheduler.look(command.order(), command.run());
    boolean missing = progress instanceof Progress.Missing;
    if (missing && watch.isPatienceOver(command)) {
      return failed;
    }
    boolean told =
        !(progress instanceof Progress.Unreachable || progress instanceof Progress.Untold);
    return missing || !told
        ? unclear(command, "not_taken: " + why + "; one try before may have been")
        : to(command, State.ACCEPTED)
            .because("duplicate: it had been handed in before; now it is refused, " + why);
  }

  /** This try started nothing; one before it may have. */
  private Move busy(ActiveCommand command, Submission.Busy busy) {
    String reason = "scheduler_away: " + busy.reason();
    if (busy.everybody()) {
      turns.away();
      outage.failed(tried(command, busy.reason()), busy.again());
    } else {
      outage.failedOnce(tried(command, busy.reason()));
    }
    State back = command.state() == State.GRANTED ? State.GRANTED : State.UNKNOWN;
    Move waits = to(command, back).because(reason);
    return busy.everybody() ? waits : waits.again(later(command));
  }

  private Move unclear(ActiveCommand command, String reason) {
    return to(command, State.UNKNOWN).because(reason).again(later(command));
  }

  private Instant later(ActiveCommand command) {
    return clock.instant().plus(backoff.after(command.tries() + 1));
  }

  private static Move to(ActiveCommand command, State state) {
    return Move.of(command.id(), state, State.SUBMITTED);
  }
}
