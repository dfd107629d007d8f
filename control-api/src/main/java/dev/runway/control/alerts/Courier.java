package dev.runway.control.alerts;

import dev.runway.control.alerts.AlertTarget.Hearing;
import dev.runway.control.alerts.DeliveryStore.Due;
import dev.runway.control.calls.Backoff;
import dev.runway.control.database.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one target what it has still to hear, and nobody else: one that is away holds up no other.
 * Any number of instances may tell the same target.
 */
final class Courier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final long POLL_MILLIS = 1_000;
  private static final long WAIT_AFTER_ERROR_MILLIS = 5_000;

  /** For a target that is away. */
  private static final Backoff AWAY = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** For an alert that it does not want, while it wants others. */
  private static final Backoff REFUSED = new Backoff(Duration.ofSeconds(5), Duration.ofHours(1));

  private final AlertTarget target;
  private final DeliveryStore store;
  private final AlertCounters counters;
  private final Runnable told;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean stopping;
  private int failures;
  private long awayUntilNanos = System.nanoTime();

  Courier(AlertTarget target, DeliveryStore store, AlertCounters counters) {
    this(target, store, counters, () -> {});
  }

  /**
   * @param told called between telling and writing down that it was told, for tests to die there
   */
  Courier(AlertTarget target, DeliveryStore store, AlertCounters counters, Runnable told) {
    this.target = target;
    this.store = store;
    this.counters = counters;
    this.told = told;
    thread = new Thread(this::run, "alerts-" + target.name());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!stopping) {
      long wait = POLL_MILLIS;
      try {
        if (round()) {
          continue;
        }
      } catch (Unavailable e) {
        LOG.warn("alerts to {} wait: {}", target.name(), e.getMessage());
      } catch (Throwable e) { // Whatever it was: without this thread the target hears no more.
        LOG.error("alerts to {} wait", target.name(), e);
        wait = WAIT_AFTER_ERROR_MILLIS;
      }
      try {
        if (end.await(wait, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Tells what is due, once.
   *
   * @return whether there may be more to tell at once
   */
  boolean round() {
    if (System.nanoTime() - awayUntilNanos < 0) {
      return false;
    }
    long claimed = System.nanoTime();
    List<Due> due = store.claim(target.batch());
    return !due.isEmpty() && tell(due, claimed) && !stopping;
  }

  /** Whether the target is there. */
  private boolean tell(List<Due> due, long claimedNanos) {
    if (System.nanoTime() - claimedNanos > DeliveryStore.CLAIM.toNanos() / 2) {
      return false; // Paused, or slow: soon somebody else may tell them, and newer ones.
    }
    Hearing hearing = target.tell(due.stream().map(Due::alert).toList());
    told.run();
    if (hearing instanceof Hearing.Heard) {
      heard(due);
      return true;
    }
    if (hearing instanceof Hearing.Away away) {
      away(due, away);
      return false;
    }
    if (due.size() > 1) {
      // One of them it is; the others are welcome alone.
      return due.stream().allMatch(one -> tell(List.of(one), claimedNanos));
    }
    refused(due, ((Hearing.Refused) hearing).reason());
    return true;
  }

  private void heard(List<Due> due) {
    store.heard(due);
    counters.sent(target.name(), due.stream().filter(Due::isNews).count());
    if (failures > 0) {
      LOG.info("{} takes alerts again", target.name());
      failures = 0;
    }
  }

  private void away(List<Due> due, Hearing.Away away) {
    failures++;
    Duration own = AWAY.after(failures);
    Duration wait = own.compareTo(away.again()) > 0 ? own : away.again();
    awayUntilNanos = System.nanoTime() + wait.toNanos();
    if (failures == 1) {
      LOG.error("alert: {} takes no alerts, they wait: {}", target.name(), away.reason());
    } else {
      LOG.debug("{} takes no alerts: {}; next try in {}", target.name(), away.reason(), wait);
    }
    store.notHeard(due, away.reason(), wait);
    counters.failed(target.name(), due.size());
  }

  private void refused(List<Due> due, String reason) {
    Due one = due.get(0);
    Duration wait = REFUSED.after(one.tries());
    LOG.error(
        "alert: {} does not take {}: {}; next try in {}",
        target.name(),
        one.alert().key(),
        reason,
        wait);
    store.notHeard(due, reason, wait);
    counters.failed(target.name(), 1);
  }

  /** Ends after what is being told; what is not told waits for the next start. */
  @Override
  public void close() {
    stopping = true;
    end.countDown();
    try {
      thread.join(2_000);
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
