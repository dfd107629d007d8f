package dev.runway.model;

import java.nio.charset.StandardCharsets;

/**
 * A minute has come. Time for all that silence decides, such as the age of a model, is that of the
 * ticks on their topic and of no clock, so that a replay decides the same.
 *
 * <p>Several may write the same minute: the first record of it counts, and none that is behind one
 * before it.
 *
 * @param atMillis the minute, epoch milliseconds
 */
public record Tick(long atMillis) {
  /** From one tick to the next. */
  public static final long MINUTE_MILLIS = 60_000;

  /** Key of its record: all ticks have the same, and are in one order. */
  public static byte[] key() {
    return "tick".getBytes(StandardCharsets.US_ASCII);
  }

  /** The tick of the minute in which a time lies. */
  public static Tick of(long millis) {
    return new Tick(Math.floorDiv(millis, MINUTE_MILLIS) * MINUTE_MILLIS);
  }
}
