package dev.runway.control.dispatch;

import dev.runway.control.calls.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which a scheduler does not do what it should: nothing is asked of it but one thing
 * now and then. People are told once when it begins and once when it is over.
 */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final String what;
  private final Backoff backoff;
  private final Clock clock;
  private volatile @Nullable Instant since;
  private volatile @Nullable String reason;
  private Instant until = Instant.MIN;
  private int failures;

  /**
   * @param what people are told
   */
  Outage(String what, Backoff backoff, Clock clock) {
    this.what = what;
    this.backoff = backoff;
    this.clock = clock;
  }

  /** Whether to leave the scheduler alone for now. */
  boolean holds() {
    return clock.instant().isBefore(until);
  }

  /** Since when; null when there is none. */
  @Nullable Instant since() {
    return since;
  }

  /** What it said last, or what came of asking; null when there is none. */
  @Nullable String reason() {
    return since == null ? null : reason;
  }

  /**
   * It failed, for the first time or again.
   *
   * @param asked how long the scheduler asks to be left alone; zero when it does not say
   */
  void failed(String reason, Duration asked) {
    failures++;
    Duration wait = backoff.after(failures);
    hold(reason, wait.compareTo(asked) > 0 ? wait : asked);
  }

  /** It failed, perhaps with this one thing alone: the next one is soon tried. */
  void failedOnce(String reason) {
    hold(reason, backoff.after(1));
  }

  private void hold(String why, Duration wait) {
    Instant now = clock.instant();
    reason = why;
    until = now.plus(wait);
    if (since == null) {
      since = now;
      LOG.error("alert: scheduler {}: {}", what, why);
    } else {
      LOG.debug("scheduler {}: {}; next try at {}", what, why, until);
    }
  }

  /** It did what it should. */
  void over() {
    failures = 0;
    until = Instant.MIN;
    idle();
  }

  /** Nothing is wanted of it, so it holds up nothing. How long it is left alone stays as it is. */
  void idle() {
    Instant began = since;
    if (began != null) {
      since = null;
      LOG.info("over after {}: scheduler {}", Duration.between(began, clock.instant()), what);
    }
  }

  /** Another instance has asked it since: nothing is known of it. */
  void forget() {
    failures = 0;
    until = Instant.MIN;
    since = null;
  }
}
