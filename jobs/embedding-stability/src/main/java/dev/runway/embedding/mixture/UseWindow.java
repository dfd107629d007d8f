package dev.runway.embedding.mixture;

/**
 * What is kept of a window until nothing more comes for it.
 *
 * @param endMillis of the window, excluded
 * @param changedAtMillis processing time of the last predictions that came
 * @param told predictions that the last readings of it rested on; 0 for none yet
 */
public record UseWindow(long endMillis, long changedAtMillis, long told, UseCounts counts) {

  UseWindow with(UseCounts more, long nowMillis) {
    counts.merge(more);
    return new UseWindow(endMillis, nowMillis, told, counts);
  }

  UseWindow toldNow() {
    return new UseWindow(endMillis, changedAtMillis, counts.predictions(), counts);
  }

  /** Whether nothing came for so long, and the window is over. */
  boolean isQuiet(long nowMillis, long forMillis) {
    return nowMillis >= endMillis && nowMillis - changedAtMillis >= forMillis;
  }
}
