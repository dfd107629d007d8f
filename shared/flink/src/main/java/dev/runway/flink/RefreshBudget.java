package dev.runway.flink;

/**
 * Bounds how often unknown models may make the directory ask the broker: a burst, then a steady
 * rate. Without it one model that nobody registered would turn every event into a round trip.
 */
final class RefreshBudget {
  private static final int BURST = 50;
  private static final long NANOS_PER_REFRESH = 100_000_000L;

  private long spentThroughNanos;

  RefreshBudget(long nowNanos) {
    spentThroughNanos = nowNanos - BURST * NANOS_PER_REFRESH;
  }

  /** Takes one refresh if there is one left. */
  boolean take(long nowNanos) {
    long oldest = nowNanos - BURST * NANOS_PER_REFRESH;
    if (spentThroughNanos - oldest < 0) {
      spentThroughNanos = oldest;
    }
    if (nowNanos - spentThroughNanos < NANOS_PER_REFRESH) {
      return false;
    }
    spentThroughNanos += NANOS_PER_REFRESH;
    return true;
  }
}
