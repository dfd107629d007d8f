package dev.runway.control.ledger;

import dev.runway.control.database.Unavailable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again at the commands that wait: something may have ended, here or elsewhere, or
 * its time may have come. Any number of instances may do so.
 */
public final class QueueRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueRunner.class);
  private static final long EVERY_MILLIS = 1_000;

  private final Ledger ledger;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "retrain-queue");
  private volatile boolean stopping;

  public QueueRunner(Ledger ledger) {
    this.ledger = ledger;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Something has ended: need not wait for the next look. */
  public void somethingEnded() {
    wake.release();
  }

  private void run() {
    while (!stopping) {
      try {
        while (!stopping && ledger.step()) {
          // Once more: what it did may have made room, or used it up.
        }
      } catch (Unavailable e) {
        LOG.warn("the queue waits: {}", e.getMessage());
      } catch (Throwable e) { // Whatever it was: without this thread nothing leaves the queue.
        LOG.error("the queue waits", e);
      }
      try {
        wake.tryAcquire(EVERY_MILLIS, TimeUnit.MILLISECONDS);
        wake.drainPermits();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    wake.release();
    try {
      thread.join(EVERY_MILLIS);
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
