package dev.runway.stack.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A final value of which stream and batch say different things.
 *
 * @param segment declared segment, or {@code *} for all predictions
 * @param variant variant of an experiment, or {@code *} for all predictions
 * @param start first prediction time of the window
 * @param end end of the window, excluded
 * @param quantity metric or counter
 * @param speed the stream's value; null when it is undefined or the stream lacks the window
 * @param master the batch's value; null likewise
 */
record Difference(
    String model,
    String version,
    String segment,
    String variant,
    Instant start,
    Instant end,
    String quantity,
    @Nullable Double speed,
    @Nullable Double master) {

  /** Whether it is of all predictions of the window, not of a segment or variant. */
  boolean ofWholeWindow() {
    return segment.equals("*") && variant.equals("*");
  }

  /** Master less speed; null when one of them is. */
  @Nullable Double amount() {
    return speed == null || master == null ? null : Double.valueOf(master - speed);
  }
}
