package dev.runway.embedding.mixture;

/**
 * What is kept of a window until nothing more comes for it.
 *
 * @param endMillis of the window, excluded
 * @param changedAtMillis processing time of the last predictions that came
 * @param sinceMillis processing time when it was last told, or else of the first that came
 * @param told predictions that the last readings of it rested on; 0 for none yet
 */
public record UseWindow(
    long endMillis, long changedAtMillis, long sinceMillis, long told, UseCounts counts) {

  UseWindow with(UseCounts more, long nowMillis) {
    counts.merge(more);
    return new UseWindow(endMillis, nowMillis, sinceMillis, told, counts);
  }

  UseWindow toldNow(long nowMillis) {
    return new UseWindow(endMillis, changedAtMillis, nowMillis, counts.predictions(), counts);
  }

  /** Whether somebody waited so long for what there is to tell of a window that is over. */
  boolean isAwaited(long nowMillis, long forMillis) {
    return nowMillis - Math.max(sinceMillis, endMillis) >= forMillis;
  }

  /** Whether nothing came for so long, and the window is over. */
  boolean isQuiet(long nowMillis, long forMillis) {
    return nowMillis >= endMillis && nowMillis - changedAtMillis >= forMillis;
  }
}
