package dev.runway.tables.write;

import java.time.Duration;

/**
 * The time since the database stopped taking rows, and how long to wait before the next try: 100
 * ms, then twice as long each time, up to 5 s. Read by the metrics reporter's thread.
 */
final class Outage {
  private static final long FIRST_WAIT_MILLIS = 100;
  private static final long LONGEST_WAIT_MILLIS = 5_000;

  private final Clock clock;
  private volatile boolean away;
  private volatile long sinceNanos;
  private long nextWaitMillis = FIRST_WAIT_MILLIS;

  Outage(Clock clock) {
    this.clock = clock;
  }

  /** Time and waiting, so that tests need neither. */
  interface Clock {
    Clock SYSTEM =
        new Clock() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(long millis) throws InterruptedException {
            // Ends at once when the task is cancelled: Flink interrupts the thread that waits here.
            Thread.sleep(millis);
          }
        };

    long nanos();

    void sleep(long millis) throws InterruptedException;
  }

  /** A try failed. True if it is the first of an outage. */
  boolean failed() {
    if (away) {
      return false;
    }
    sinceNanos = clock.nanos();
    nextWaitMillis = FIRST_WAIT_MILLIS;
    away = true;
    return true;
  }

  /** A try came through, whatever the database said to it. True if an outage ends by it. */
  boolean answered() {
    boolean was = away;
    away = false;
    return was;
  }

  /** How long the current outage lasts; zero when there is none. */
  Duration lasts() {
    return away ? Duration.ofNanos(clock.nanos() - sinceNanos) : Duration.ZERO;
  }

  void waitForNextTry() throws InterruptedException {
    long wait = nextWaitMillis;
    nextWaitMillis = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
    clock.sleep(wait);
  }
}
