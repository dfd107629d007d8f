package dev.runway.drift.embedding;

/**
 * Items that two versions have, with a pair or without: of samples as far as both of them reach.
 *
 * @param before of the older version
 * @param after of the newer one
 */
public record ItemCounts(long before, long after) {
  /** Nothing but pairs. */
  public static final ItemCounts OF_PAIRS = new ItemCounts(0, 0);

  /** No version has fewer than came in both. */
  ItemCounts atLeast(long pairs) {
    return new ItemCounts(Math.max(before, pairs), Math.max(after, pairs));
  }

  /** Of the version that has more. */
  long most() {
    return Math.max(before, after);
  }
}
