package dev.runway.driftmonitor.concept;

/**
 * A window of prediction times, aligned to the epoch.
 *
 * @param startMillis included
 * @param endMillis excluded
 */
public record Window(long startMillis, long endMillis) implements Comparable<Window> {

  /** The window of a length that holds a time. */
  public static Window of(long millis, long lengthMillis) {
    long start = Math.floorDiv(millis, lengthMillis) * lengthMillis;
    return new Window(start, start + lengthMillis);
  }

  public long lengthMillis() {
    return endMillis - startMillis;
  }

  /** By start; of two that start together the one that ends first. */
  @Override
  public int compareTo(Window other) {
    int byStart = Long.compare(startMillis, other.startMillis);
    return byStart != 0 ? byStart : Long.compare(endMillis, other.endMillis);
  }
}
