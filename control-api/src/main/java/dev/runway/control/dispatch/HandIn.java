package dev.runway.control.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.Backoff;
import dev.runway.control.dispatch.Trace.Step;
import dev.runway.control.ledger.Move;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.control.scheduler.Submission;
import dev.runway.model.RetrainStatus.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

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
  private final Outage outage;
  private final Backoff backoff;
  private final Clock clock;
  private final Trace trace;

  /**
   * @param backoff between tries of one command whose answer was unclear
   */
  HandIn(
      Scheduler scheduler,
      CommandStore store,
      DispatchLease lease,
      Outage outage,
      Backoff backoff,
      Clock clock,
      Trace trace) {
    this.scheduler = scheduler;
    this.store = store;
    this.lease = lease;
    this.outage = outage;
    this.backoff = backoff;
    this.clock = clock;
    this.trace = trace;
  }

  /** Hands in the next command; false when there is none. */
  boolean next(long epoch) {
    Instant now = clock.instant();
    Optional<ActiveCommand> next = store.next(now);
    if (next.isEmpty()) {
      return false;
    }
    ActiveCommand command = next.get();
    Instant deadline = command.deadlineAt();
    if (command.cancelledBy() != null) {
      end(epoch, command, State.CANCELLED, "cancelled: by " + command.cancelledBy());
    } else if (deadline != null && deadline.isBefore(now)) {
      end(epoch, command, State.TIMED_OUT, "too_late: of no use after " + deadline);
    } else {
      hand(epoch, command);
    }
    return true;
  }

  private void end(long epoch, ActiveCommand command, State state, String reason) {
    store.move(Move.of(command.id(), state, State.GRANTED).under(epoch).because(reason));
  }

  /** Hands in one that was granted, or whose answer was unclear. */
  void hand(long epoch, ActiveCommand command) {
    ObjectNode document = store.document(command.id());
    Move mark =
        Move.of(command.id(), State.SUBMITTED, command.state())
            .under(epoch)
            .run(scheduler.name(), null);
    if (!store.move(mark)) {
      return; // Somebody cancelled it meanwhile.
    }
    trace.reached(Step.MARKED);
    lease.require(epoch);
    Submission answer = scheduler.submit(command.order(), document);
    trace.reached(Step.ANSWERED);
    store.move(moveFor(command, answer).under(epoch));
    trace.reached(Step.RECORDED);
  }

  private Move moveFor(ActiveCommand command, Submission answer) {
    if (answer instanceof Submission.Accepted accepted) {
      outage.over();
      return to(command, State.ACCEPTED).run(scheduler.name(), accepted.runId());
    }
    if (answer instanceof Submission.Duplicate duplicate) {
      outage.over();
      return to(command, State.ACCEPTED)
          .run(scheduler.name(), duplicate.runId())
          .because("duplicate: it had been handed in before");
    }
    if (answer instanceof Submission.Refused refused) {
      outage.over();
      return to(command, State.FAILED).because("not_taken: " + refused.reason());
    }
    if (answer instanceof Submission.Busy busy) {
      outage.failed(busy.reason(), busy.again());
      // This try started nothing; one before it may have.
      return command.state() == State.GRANTED
          ? to(command, State.GRANTED).because("scheduler_away: " + busy.reason())
          : unclear(command, "scheduler_away: " + busy.reason());
    }
    Submission.Unclear unclear = (Submission.Unclear) answer;
    outage.failed(unclear.reason(), Duration.ZERO);
    String check =
        scheduler.startsOnce()
            ? ""
            : ". It is not sent again: see whether it was started; cancel it if not, else register"
                + " its version";
    return unclear(command, "unclear: " + unclear.reason() + check);
  }

  private Move unclear(ActiveCommand command, String reason) {
    return to(command, State.UNKNOWN)
        .because(reason)
        .again(clock.instant().plus(backoff.after(command.tries() + 1)));
  }

  private static Move to(ActiveCommand command, State state) {
    return Move.of(command.id(), state, State.SUBMITTED);
  }
}
