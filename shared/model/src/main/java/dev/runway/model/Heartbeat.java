package dev.runway.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A producer's word that it will send nothing older than a time: a record on {@code predictions} or
 * {@code outcomes} with an empty value and this header. It moves the watermark of its partition
 * while no events flow, so that label horizons end on a silent stream as well.
 */
public final class Heartbeat {
  /** Name of the record header; its value is epoch milliseconds as decimal text. */
  public static final String HEADER = "runway-heartbeat";

  private Heartbeat() {}

  /** The header's value for a time. */
  public static byte[] write(long millis) {
    return Long.toString(millis).getBytes(StandardCharsets.US_ASCII);
  }

  /** Epoch milliseconds, or {@link EventTime#NONE} when the header's value is no number. */
  public static long read(byte @Nullable [] headerValue) {
    if (headerValue == null || headerValue.length == 0 || headerValue.length > 16) {
      return EventTime.NONE;
    }
    try {
      return Long.parseLong(new String(headerValue, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      return EventTime.NONE;
    }
  }
}
