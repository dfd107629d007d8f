package dev.runway.driftmonitor.merge;

import dev.runway.model.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tiles of producers are in the tiles of a minute, of all its segments: a repeat must not
 * count twice. At most {@link Limits#MAX_TILE_PARTS}, some 40 bytes each and the segment.
 * Immutable.
 *
 * @param parts in ascending order of producer, sequence and segment
 */
record TakenParts(List<Part> parts) {
  static final TakenParts NONE = new TakenParts(List.of());

  /**
   * One of them.
   *
   * @param segment as it was sent
   * @param content hash of what it counts
   */
  record Part(String producerId, long sequence, String segment, long content)
      implements Comparable<Part> {
    @Override
    public int compareTo(Part other) {
      int producers = producerId.compareTo(other.producerId);
      if (producers != 0) {
        return producers;
      }
      int sequences = Long.compare(sequence, other.sequence);
      return sequences != 0 ? sequences : segment.compareTo(other.segment);
    }
  }

  /**
   * The one of the same producer, sequence and segment, whatever it counts; null if it is not
   * taken.
   */
  @Nullable Part find(Part part) {
    int at = Collections.binarySearch(parts, part);
    return at < 0 ? null : parts.get(at);
  }

  boolean isFull() {
    return parts.size() >= Limits.MAX_TILE_PARTS;
  }

  /** With one more, which is not taken yet. */
  TakenParts with(Part part) {
    List<Part> more = new ArrayList<>(parts.size() + 1);
    more.addAll(parts);
    more.add(-Collections.binarySearch(parts, part) - 1, part);
    return new TakenParts(List.copyOf(more));
  }
}
