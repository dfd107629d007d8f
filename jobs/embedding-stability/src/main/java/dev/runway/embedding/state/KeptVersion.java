package dev.runway.embedding.state;

import dev.runway.drift.embedding.ItemHash;

/**
 * What is kept of a version.
 *
 * @param dimensions of the vectors that are kept
 * @param items how many
 * @param highest the highest hash among them when there were last too many; unsigned
 * @param newestMillis the minute in which the newest vector had been stored, kept or not
 * @param changes rises with everything that may change a comparison; a vector that is not kept does
 *     not
 * @param lowestRate the lowest rate of its document since it began: what lay above was sampled out
 * @param lowestHighest the lowest {@code highest} there was: above it items were let go
 */
public record KeptVersion(
    int dimensions,
    int items,
    long highest,
    long newestMillis,
    long changes,
    double lowestRate,
    long lowestHighest) {

  /** The highest hash there can be. */
  private static final long NONE = -1;

  /** Nothing yet. */
  public static KeptVersion empty(int dimensions) {
    return new KeptVersion(dimensions, 0, NONE, Long.MIN_VALUE, 0, 1, NONE);
  }

  /** The same under a document with such a rate. */
  public KeptVersion under(double sampleRate) {
    return sampleRate >= lowestRate
        ? this
        : new KeptVersion(
            dimensions, items, highest, newestMillis, changes, sampleRate, lowestHighest);
  }

  /**
   * The highest hash up to which all items are known that came since it began; above it, only those
   * that came since its document asked for more.
   */
  public long reach() {
    long ofRate = ItemHash.highestBelow(lowestRate);
    return Long.compareUnsigned(ofRate, lowestHighest) < 0 ? ofRate : lowestHighest;
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
        : new KeptVersion(
            dimensions, items, highest, minuteMillis, changes, lowestRate, lowestHighest);
  }

  /** With one more item; one above the highest that was known makes that one void. */
  public KeptVersion with(long hash) {
    return changed(items + 1, Long.compareUnsigned(hash, highest) > 0 ? NONE : highest);
  }

  /** With other items. */
  public KeptVersion changed(int itemsNow, long highestNow) {
    long lowest = Long.compareUnsigned(highestNow, lowestHighest) < 0 ? highestNow : lowestHighest;
    return new KeptVersion(
        dimensions, itemsNow, highestNow, newestMillis, changes + 1, lowestRate, lowest);
  }
}
