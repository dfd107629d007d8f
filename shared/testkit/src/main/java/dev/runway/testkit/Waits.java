package dev.runway.testkit;

import java.time.Duration;

/** How patient tests are: they wait for something to happen, never to see that it is fast. */
public final class Waits {

  /** Enough for a machine of two slow cores on which several modules are tested at once. */
  public static final Duration LONG = Duration.ofMinutes(5);

  private Waits() {}
}
