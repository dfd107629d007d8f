package dev.runway.drift.profile;

/** Counts of rows. */
final class RowCounts {
  private RowCounts() {}

  /**
   * The sum of counts.
   *
   * @throws IllegalArgumentException if one is below 0, or they are more than a long holds
   */
  static long sum(long... counts) {
    long sum = 0;
    for (long count : counts) {
      if (count < 0) {
        throw new IllegalArgumentException("a count is below 0");
      }
      sum += count;
      // Each is at most what a long holds, so a sum that wraps is below 0 at once.
      if (sum < 0) {
        throw new IllegalArgumentException("counts of more rows than there can be");
      }
    }
    return sum;
  }
}
