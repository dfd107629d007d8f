package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;

/**
 * The first windows of a version, added up until they are enough.
 *
 * @param startMillis of the first one
 * @param endMillis of the last one, excluded
 */
public record TrafficReference(long startMillis, long endMillis, TrafficSums sums) {

  /** With one more window. */
  TrafficReference with(long windowStartMillis, long windowEndMillis, TrafficSums window) {
    return new TrafficReference(
        Math.min(startMillis, windowStartMillis),
        Math.max(endMillis, windowEndMillis),
        sums.plus(window));
  }
}
