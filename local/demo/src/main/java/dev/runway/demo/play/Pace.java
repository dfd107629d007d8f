package dev.runway.demo.play;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Lets through so many events a second, evenly, and catches up after a delay. */
final class Pace {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final LongSupplier nanoClock;
  private final long startNanos;

  /**
   * @param perSecond events a second; 0 for as many as there are
   */
  Pace(double perSecond, LongSupplier nanoClock) {
    this.perSecond = perSecond;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  /** Nanoseconds until an event is due; 0 or less when it is. */
  long untilDueNanos(long event) {
    if (perSecond <= 0) {
      return 0;
    }
    return startNanos + (long) (event / perSecond * NANOS) - nanoClock.getAsLong();
  }

  /** Waits until an event is due. */
  void await(long event) throws InterruptedException {
    long wait = untilDueNanos(event);
    while (wait > 0) {
      LockSupport.parkNanos(wait);
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while playing");
      }
      wait = untilDueNanos(event);
    }
  }
}
