package dev.runway.groundtruth.archive;

import java.util.TreeMap;

/**
 * How far everything that came has also left: up to the watermark at which the oldest row came that
 * still waits, and while none waits up to the watermark of now.
 *
 * <p>Now is the newest checkpoint barrier. Bundles on their way here are overtaken by watermarks
 * until the barrier; behind it every row is here that came before any watermark seen by then.
 *
 * <p>No state of its own: what waits, and since when, is in the waiting batches.
 */
final class HeldWatermark {
  /** How many batches wait since each watermark. */
  private final TreeMap<Long, Integer> waiting = new TreeMap<>();

  private long seen = Long.MIN_VALUE;
  private long reached;

  /**
   * @param reached what had been reached before; {@link Long#MIN_VALUE} when nothing had
   */
  HeldWatermark(long reached) {
    this.reached = reached;
  }

  void see(long watermark) {
    seen = Math.max(seen, watermark);
  }

  void barrier() {
    reached = Math.max(reached, seen);
  }

  /** The watermark of the newest barrier. */
  long reached() {
    return reached;
  }

  /** A batch waits whose first row came at a watermark. */
  void hold(long since) {
    waiting.merge(since, 1, Integer::sum);
  }

  /** A batch has left. */
  void release(long since) {
    waiting.computeIfPresent(since, (none, batches) -> batches == 1 ? null : batches - 1);
  }

  /** What came before this watermark has left. */
  long free() {
    return waiting.isEmpty() ? reached : Math.min(reached, waiting.firstKey());
  }
}
