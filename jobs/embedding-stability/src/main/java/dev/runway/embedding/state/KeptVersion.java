package dev.runway.embedding.state;

/**
 * What is kept of a version.
 *
 * @param dimensions of the vectors that are kept
 * @param items how many
 * @param highest the highest hash among them when there were last too many; unsigned
 * @param newestMillis the minute in which the newest vector had been stored, kept or not
 * @param changes rises with everything that may change a comparison
 */
public record KeptVersion(
    int dimensions, int items, long highest, long newestMillis, long changes) {

  /** Nothing yet. */
  public static KeptVersion empty(int dimensions) {
    return new KeptVersion(dimensions, 0, -1, Long.MIN_VALUE, 0);
  }

  /**
   * Whether an item has a place: all of them while there are fewer than wanted, then those below
   * the highest.
   */
  public boolean hasPlaceFor(long hash, int wanted) {
    return items < wanted || Long.compareUnsigned(hash, highest) <= 0;
  }

  /** With a vector that was stored in a minute, kept or not. */
  public KeptVersion seen(long minuteMillis) {
    return minuteMillis <= newestMillis
        ? this
        : new KeptVersion(dimensions, items, highest, minuteMillis, changes + 1);
  }

  /** With other items. */
  public KeptVersion changed(int itemsNow, long highestNow) {
    return new KeptVersion(dimensions, itemsNow, highestNow, newestMillis, changes + 1);
  }
}
