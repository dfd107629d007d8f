package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficCounts;

/**
 * What is kept of a window until nothing more comes for it, beside the parts of its sums.
 *
 * @param endMillis of the window, excluded
 * @param changedAtMillis processing time of the last vectors that came
 * @param sinceMillis processing time when it was last told, or else of the first vectors that came
 * @param told events that the last reading of it rested on; 0 for none yet
 * @param compared whether that reading had a reference
 */
public record OpenWindow(
    long endMillis,
    long changedAtMillis,
    long sinceMillis,
    long told,
    boolean compared,
    TrafficCounts counts) {

  /** With more vectors. */
  OpenWindow with(TrafficCounts more, long nowMillis) {
    counts.add(more);
    return new OpenWindow(endMillis, nowMillis, sinceMillis, told, compared, counts);
  }

  /** A reading of all there is was told. */
  OpenWindow toldNow(boolean hadReference, long nowMillis) {
    return new OpenWindow(
        endMillis, changedAtMillis, nowMillis, counts.events(), hadReference, counts);
  }

  /** Whether there is something to tell. */
  boolean isNew(boolean hasReference) {
    return counts.events() != told || (hasReference && !compared);
  }

  boolean isOver(long nowMillis) {
    return nowMillis >= endMillis;
  }

  /** Whether nothing came for so long, and the window is over. */
  boolean isQuiet(long nowMillis, long forMillis) {
    return isOver(nowMillis) && nowMillis - changedAtMillis >= forMillis;
  }

  /** Whether somebody waited so long for what there is to tell of a window that is over. */
  boolean isAwaited(long nowMillis, long forMillis) {
    return nowMillis - Math.max(sinceMillis, endMillis) >= forMillis;
  }
}
