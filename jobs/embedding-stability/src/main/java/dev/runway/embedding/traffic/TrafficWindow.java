package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;

/**
 * What is kept of a window until nothing more comes for it.
 *
 * @param endMillis of the window, excluded
 * @param changedAtMillis processing time of the last vectors that came
 * @param told events that the last reading of it rested on; 0 for none yet
 * @param compared whether that reading had a reference
 */
public record TrafficWindow(
    long endMillis, long changedAtMillis, long told, boolean compared, TrafficSums sums) {

  /** With more vectors. */
  TrafficWindow with(TrafficSums more, long nowMillis) {
    return new TrafficWindow(endMillis, nowMillis, told, compared, sums.plus(more));
  }

  /** A reading of all there is was told. */
  TrafficWindow toldNow(boolean hadReference) {
    return new TrafficWindow(endMillis, changedAtMillis, events(), hadReference, sums);
  }

  /** Vectors and items that left. */
  long events() {
    return sums.vectors() + sums.gone();
  }

  /** Whether nothing came for so long, and the window is over. */
  boolean isQuiet(long nowMillis, long forMillis) {
    return nowMillis >= endMillis && nowMillis - changedAtMillis >= forMillis;
  }
}
