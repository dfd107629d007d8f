package dev.runway.control.scheduler;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of handing in an order. */
public sealed interface Submission {
  /**
   * It was taken just now.
   *
   * @param runId what the other side calls it
   */
  record Accepted(String runId) implements Submission {}

  /**
   * It had been taken before, and was not started again.
   *
   * @param runId what the other side calls it; null when it does not say
   */
  record Duplicate(@Nullable String runId) implements Submission {}

  /** The other side does not want this one, now or later. */
  record Refused(String reason) implements Submission {}

  /**
   * It may have been taken, or not.
   *
   * @param again when to ask again; zero when the other side did not say
   * @param everybody whether it looks as if it would be so with every other order as well
   */
  record Unclear(String reason, Duration again, boolean everybody) implements Submission {
    /** One of this order alone, for all that is known, that did not say when to ask again. */
    Unclear(String reason) {
      this(reason, Duration.ZERO, false);
    }
  }

  /**
   * It was certainly not taken, through no fault of its own: the other side is away, has too much
   * to do, or lets us in no more.
   *
   * @param again when to try again; zero when the other side did not say
   * @param everybody whether it would be so with every other order as well
   */
  record Busy(String reason, Duration again, boolean everybody) implements Submission {}
}
