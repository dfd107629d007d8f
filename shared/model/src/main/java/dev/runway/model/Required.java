package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** Says of a field that was read to its end whether it was there. */
final class Required {
  private Required() {}

  static <T> T field(String name, @Nullable T value) throws MalformedEvent {
    if (value == null) {
      throw StrictJson.missing(name);
    }
    return value;
  }

  /** A time, {@link EventTime#NONE} while not read. */
  static long time(String name, long millis) throws MalformedEvent {
    if (millis == EventTime.NONE) {
      throw StrictJson.missing(name);
    }
    return millis;
  }

  /** A number, NaN while not read. */
  static double number(String name, double value) throws MalformedEvent {
    if (Double.isNaN(value)) {
      throw StrictJson.missing(name);
    }
    return value;
  }

  /** The window {@code window_start} to {@code window_end}, both of which were there. */
  static void window(long startMillis, long endMillis) throws MalformedEvent {
    if (endMillis <= startMillis) {
      throw new MalformedEvent(Reason.BAD_VALUE, "window_end", "must be after window_start");
    }
  }

  /** A number of things, negative while not read. */
  static long count(String name, long value) throws MalformedEvent {
    if (value < 0) {
      throw StrictJson.missing(name);
    }
    return value;
  }
}
