package dev.runway.control.dispatch;

import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import dev.runway.control.ledger.Fenced;
import dev.runway.control.ledger.Transitions;
import dev.runway.control.options.SchedulerOptions;
import dev.runway.control.scheduler.Scheduler;
import dev.runway.model.RetrainStatus.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes granted commands to the scheduler. One instance does at a time: the one that has the lease.
 *
 * <p>One thread, one command after the other: so they reach the scheduler in the order of the
 * queue. With 20 ms for a command that is 50 a second, and a fleet starts 25 a day.
 */
public final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final long POLL_MILLIS = 500;
  private static final long WAIT_AFTER_ERROR_MILLIS = 5_000;

  private final DispatchLease lease;
  private final Rounds rounds;
  private final Duration drain;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "dispatch");
  private volatile boolean stopping;
  private volatile long epoch;

  /**
   * @param changed told the new state after every change of a command: there is a message to send
   * @param drain how long what is under way may take at the end
   * @param clock the ledger's, for it is held against times that the ledger has written
   */
  public Dispatcher(
      Scheduler scheduler,
      SchedulerOptions.Pace pace,
      Database database,
      Transitions transitions,
      Consumer<State> changed,
      Duration drain,
      Clock clock) {
    this(scheduler, pace, database, transitions, changed, drain, clock, step -> {});
  }

  Dispatcher(
      Scheduler scheduler,
      SchedulerOptions.Pace pace,
      Database database,
      Transitions transitions,
      Consumer<State> changed,
      Duration drain,
      Clock clock,
      Trace trace) {
    this.lease = new DispatchLease(database, UUID.randomUUID().toString(), pace.lease());
    this.rounds =
        new Rounds(
            scheduler, pace, new CommandStore(database, transitions, changed), lease, clock, trace);
    this.drain = drain;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Since when the scheduler does not answer as it should; null when it does. */
  public @Nullable Instant schedulerAwaySince() {
    return rounds.awaySince();
  }

  /** Why that is so, by what was asked of it last; null when it does. */
  public @Nullable String schedulerAwayBecause() {
    return rounds.awayBecause();
  }

  /**
   * Commands with a scheduler, or a machine, that cannot be asked from here; null where that is not
   * known, as by an instance that does not dispatch.
   */
  public @Nullable Set<UUID> unasked() {
    return epoch == 0 ? null : rounds.unasked();
  }

  /** Whether this instance is the one that dispatches, as far as it knows. */
  public boolean isDispatching() {
    return epoch != 0;
  }

  private void run() {
    while (!stopping) {
      long wait = POLL_MILLIS;
      try {
        if (turn()) {
          continue;
        }
      } catch (Unavailable e) {
        LOG.warn("commands wait: {}", e.getMessage());
      } catch (Throwable e) { // Whatever it was: without this thread no command starts any more.
        LOG.error("commands wait", e);
        wait = WAIT_AFTER_ERROR_MILLIS;
      }
      try {
        if (end.await(wait, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        break;
      }
    }
    release();
  }

  /**
   * Does a round, if the lease is ours or can be had.
   *
   * @return whether there may be more to do at once
   */
  boolean turn() {
    try {
      if (epoch == 0) {
        epoch = lease.take();
        if (epoch == 0) {
          return false;
        }
        rounds.begin(epoch);
      }
      lease.keep(epoch);
      return rounds.round(epoch) && !stopping;
    } catch (LeaseLost | Fenced e) {
      LOG.warn("another instance dispatches: {}", e.getMessage());
      epoch = 0;
      return false;
    }
  }

  private void release() {
    if (epoch == 0) {
      return;
    }
    try {
      lease.release(epoch);
    } catch (RuntimeException e) {
      LOG.info("the lease was not given back, it ends by itself: {}", e.getMessage());
    }
    epoch = 0;
  }

  /** Ends after the command that is being handed in, as far as that goes in time. */
  @Override
  public void close() {
    stopping = true;
    end.countDown();
    try {
      thread.join(Math.max(1, drain.toMillis()));
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
