package dev.runway.control.calls;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after something failed: twice as long each time up to a limit, and a fifth more
 * or less, so that nobody comes back at the same time as others.
 */
public record Backoff(Duration first, Duration longest) {
  private static final int MAX_DOUBLINGS = 30;

  /**
   * The wait after the newest failure.
   *
   * @param failures in a row, 1 or more
   */
  public Duration after(int failures) {
    long doubled = first.toMillis() << Math.min(MAX_DOUBLINGS, Math.max(0, failures - 1));
    double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
    return Duration.ofMillis((long) (Math.min(doubled, longest.toMillis()) * jitter));
  }
}
