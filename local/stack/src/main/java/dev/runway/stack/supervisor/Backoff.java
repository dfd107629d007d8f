package dev.runway.stack.supervisor;

import java.time.Duration;

/** Waiting times between restarts: doubling, bounded, and forgotten after a long good run. */
final class Backoff {

  private final Duration first;
  private final Duration longest;
  private final Duration goodRun;
  private Duration next;

  Backoff(Duration first, Duration longest, Duration goodRun) {
    this.first = first;
    this.longest = longest;
    this.goodRun = goodRun;
    this.next = first;
  }

  /**
   * @param ran how long the process lived before it died
   */
  Duration after(Duration ran) {
    if (ran.compareTo(goodRun) >= 0) {
      next = first;
    }
    Duration now = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return now;
  }
}
