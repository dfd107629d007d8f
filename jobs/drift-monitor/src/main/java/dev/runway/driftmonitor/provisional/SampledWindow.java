package dev.runway.driftmonitor.provisional;

/**
 * How much of a window is in the sample.
 *
 * @param endMillis excluded
 * @param count predictions kept
 * @param bytes of their features
 * @param below positions from here on are not taken any more
 */
record SampledWindow(long endMillis, int count, long bytes, long below) {

  /** A window of which nothing is kept yet. */
  static SampledWindow empty(long endMillis, long below) {
    return new SampledWindow(endMillis, 0, 0, below);
  }

  /** The same with another bound. */
  SampledWindow below(long position) {
    return new SampledWindow(endMillis, count, bytes, position);
  }

  SampledWindow with(int moreBytes) {
    return new SampledWindow(endMillis, count + 1, bytes + moreBytes, below);
  }
}
