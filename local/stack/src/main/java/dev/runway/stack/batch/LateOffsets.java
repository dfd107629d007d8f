package dev.runway.stack.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Places in the partitions of the late-outcomes topic, from partition 0 on. Partitions behind the
 * last one are at their beginning.
 *
 * <p>Offsets and not times: what a record's time says is up to whoever wrote it.
 */
record LateOffsets(List<Long> offsets) {
  static final LateOffsets NONE = new LateOffsets(List.of());

  LateOffsets {
    offsets = List.copyOf(offsets);
  }

  static LateOffsets of(Map<Integer, Long> byPartition) {
    List<Long> offsets = new ArrayList<>();
    byPartition.forEach(
        (partition, offset) -> {
          while (offsets.size() <= partition) {
            offsets.add(0L);
          }
          offsets.set(partition, offset);
        });
    return new LateOffsets(offsets);
  }

  /** Whether these are behind others in some partition. */
  boolean reachBeyond(LateOffsets others) {
    for (int partition = 0; partition < offsets.size(); partition++) {
      if (offsets.get(partition) > others.of(partition)) {
        return true;
      }
    }
    return false;
  }

  private long of(int partition) {
    return partition < offsets.size() ? offsets.get(partition) : 0;
  }
}
