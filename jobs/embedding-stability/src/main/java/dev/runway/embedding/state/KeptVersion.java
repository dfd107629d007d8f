package dev.runway.embedding.state;

/**
 * What is kept of a version.
 *
 * @param dimensions of the vectors that are kept
 * @param items how many
 * @param highest the highest hash among them when there were last too many; unsigned
 * @param newestMillis the minute in which the newest vector had been stored, kept or not
 * @param changes rises with everything that may change a comparison; a vector that is not kept does
 *     not
 */
public record KeptVersion(
    int dimensions, int items, long highest, long newestMillis, long changes) {

  /** The highest hash there can be. */
  private static final long NONE = -1;

  /** Nothing yet. */
  public static KeptVersion empty(int dimensions) {
    return new KeptVersion(dimensions, 0, NONE, Long.MIN_VALUE, 0);
  }

  /**
   * Whether an item has a place: all of them while there are fewer than wanted, then those below
   * the highest.
   */
  public boolean hasPlaceFor(long hash, int wanted) {
    return items < wanted || Long.compareUnsigned(hash, highest) <= 0;
  }

  /** Whether there are so many that it is time to find out which ones have a place. */
  public boolean isOverfull(int wanted) {
    return items >= 2 * wanted || (items > wanted && highest == NONE);
  }

  /** With a vector that was stored in a minute, kept or not. */
  public KeptVersion seen(long minuteMillis) {
    return minuteMillis <= newestMillis
        ? this
        : new KeptVersion(dimensions, items, highest, minuteMillis, changes);
  }

  /** With one more item; one above the highest that was known makes that one void. */
  public KeptVersion with(long hash) {
    return changed(items + 1, Long.compareUnsigned(hash, highest) > 0 ? NONE : highest);
  }

  /** With other items. */
  public KeptVersion changed(int itemsNow, long highestNow) {
    return new KeptVersion(dimensions, itemsNow, highestNow, newestMillis, changes + 1);
  }
}
