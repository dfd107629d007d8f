package dev.runway.retraintrigger.stream;

import java.time.Duration;

/**
 * When a tick may be acted upon: once all inputs have been read beyond its append time. What was
 * appended before it then counts for it, and nothing else, in whatever order it came.
 */
public final class Settled {
  /**
   * A silent partition holds nobody up, and its next record may be on the way while the others are
   * beyond it; nothing is on the way for so long. A tick comes each minute, so this costs nothing.
   */
  public static final long WAIT_MILLIS = Duration.ofSeconds(30).toMillis();

  private Settled() {}

  /**
   * Whether a tick may be acted upon.
   *
   * @param waitMillis how long a record may be on the way
   */
  static boolean is(DatedTick tick, long watermarkMillis, long waitMillis) {
    return watermarkMillis == Long.MAX_VALUE
        || tick.appendedAtMillis() + waitMillis <= watermarkMillis;
  }
}
