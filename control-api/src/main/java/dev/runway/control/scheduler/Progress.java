package dev.runway.control.scheduler;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far an order has come. */
public sealed interface Progress {
  /** It was taken and has not begun. */
  record Waiting() implements Progress {}

  /** It runs. */
  record Running() implements Progress {}

  /**
   * It is done.
   *
   * @param newVersion the version that was trained; null when the other side does not say
   * @param cost US dollars; null when the other side does not say
   */
  record Succeeded(@Nullable String newVersion, @Nullable Double cost) implements Progress {}

  /**
   * It ended without success.
   *
   * @param cost US dollars; null when the other side does not say
   */
  record Failed(String reason, @Nullable Double cost) implements Progress {}

  /** Somebody stopped it. */
  record Cancelled(String reason) implements Progress {}

  /** The other side ended it because it took too long. */
  record TimedOut(String reason) implements Progress {}

  /** The other side knows no such order. */
  record Missing(String reason) implements Progress {}

  /** The other side never says how its orders get on. */
  record Untold() implements Progress {}

  /**
   * The other side does not answer now.
   *
   * @param again when to ask again; zero when it did not say
   */
  record Unreachable(String reason, Duration again) implements Progress {}
}
