package dev.runway.driftmonitor.merge;

import org.jspecify.annotations.Nullable;

/**
 * Time of a tile or window, of one segment.
 *
 * @param segment {@link #NO_SEGMENT} for predictions without one
 * @param startMillis included
 * @param endMillis excluded
 */
public record Span(String segment, long startMillis, long endMillis) {
  /** No segment has an empty name. */
  public static final String NO_SEGMENT = "";

  /** Length of a tile. */
  public static final long MINUTE_MILLIS = 60_000;

  /** The minute a prediction falls into. */
  public static Span minuteOf(long predictedAtMillis, @Nullable String segment) {
    long start = Math.floorDiv(predictedAtMillis, MINUTE_MILLIS) * MINUTE_MILLIS;
    return new Span(segment == null ? NO_SEGMENT : segment, start, start + MINUTE_MILLIS);
  }

  /** The window of a length that holds this one. */
  public Span windowOf(long lengthMillis) {
    long start = Math.floorDiv(startMillis, lengthMillis) * lengthMillis;
    return new Span(segment, start, start + lengthMillis);
  }

  /** So many windows of the same length later; earlier if negative. */
  Span plus(int windows) {
    long shift = windows * (endMillis - startMillis);
    return new Span(segment, startMillis + shift, endMillis + shift);
  }

  Span of(String otherSegment) {
    return new Span(otherSegment, startMillis, endMillis);
  }
}
