package dev.runway.embedding.state;

import java.util.Arrays;

/**
 * The vector of an item in a version, and where it came from.
 *
 * @param vector nobody writes to it; none if the item left the version, whose place in the sample
 *     stays taken so that the sample does not depend on when it left
 * @param recordedAtMillis Kafka time of its record
 */
public record ItemVector(
    String itemId,
    float[] vector,
    long eventAtMillis,
    long storedAtMillis,
    int partition,
    long offset,
    long recordedAtMillis) {

  /** Whether the item has a vector in the version. */
  public boolean isThere() {
    return vector.length > 0;
  }

  /** What two vectors of one item and version are to each other. */
  public enum Order {
    /** This one was stored later, and counts. */
    NEWER,
    /** It was stored earlier. */
    OLDER,
    /** The same vector of the same time. */
    REPEATED,
    /** The same one, caused earlier than the other one says: the longer delay counts. */
    CAUSED_EARLIER,
    /** Different vectors of one time, and this one counts: some order that nobody arranges. */
    CONTRADICTS,
    /** Different vectors of one time, and the other one counts. */
    CONTRADICTED;

    /** Whether the vector takes the place of the other one. */
    public boolean counts() {
      return this == NEWER || this == CAUSED_EARLIER || this == CONTRADICTS;
    }
  }

  /** What this one is to another: it depends on nothing but the two of them. */
  public Order against(ItemVector other) {
    int later = Long.compare(storedAtMillis, other.storedAtMillis);
    if (later != 0) {
      return later > 0 ? Order.NEWER : Order.OLDER;
    }
    int order = Arrays.compare(vector, other.vector);
    if (order == 0) {
      return eventAtMillis < other.eventAtMillis ? Order.CAUSED_EARLIER : Order.REPEATED;
    }
    return order < 0 ? Order.CONTRADICTS : Order.CONTRADICTED;
  }
}
