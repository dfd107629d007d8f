package dev.runway.driftmonitor.provisional;

import org.jspecify.annotations.Nullable;

/**
 * A prediction in the sample of a window.
 *
 * @param windowStartMillis of the evaluation window it is in
 * @param position where its id lies among all
 */
record SampleKey(long windowStartMillis, long position) {
  // A key of state: the same in every release of Java, which that of a record need not be.
  @Override
  public int hashCode() {
    return 31 * Long.hashCode(windowStartMillis) + Long.hashCode(position);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SampleKey that
        && windowStartMillis == that.windowStartMillis
        && position == that.position;
  }
}
