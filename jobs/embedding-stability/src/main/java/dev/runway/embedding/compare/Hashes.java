package dev.runway.embedding.compare;

import dev.runway.drift.embedding.ItemHash;
import java.util.Arrays;

/** Hashes of items as ascending unsigned numbers: which ones of a version count. */
final class Hashes {
  private Hashes() {}

  /**
   * The lowest of them, each once there.
   *
   * @param hashes in any order; sorted by it
   * @param most how many at most
   * @param rate only those whose position is below it
   */
  static long[] lowest(long[] hashes, int most, double rate) {
    sort(hashes);
    int count = 0;
    while (count < Math.min(most, hashes.length) && ItemHash.position(hashes[count]) < rate) {
      count++;
    }
    return Arrays.copyOf(hashes, count);
  }

  private static void sort(long[] hashes) {
    flip(hashes);
    Arrays.sort(hashes);
    flip(hashes);
  }

  /** Makes signed order of unsigned, and back. */
  private static void flip(long[] hashes) {
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] ^= Long.MIN_VALUE;
    }
  }

  /** Those that are in both, ascending as they are. */
  static long[] common(long[] ascending, long[] other) {
    long[] common = new long[Math.min(ascending.length, other.length)];
    int count = 0;
    for (int i = 0, j = 0; i < ascending.length && j < other.length; ) {
      int order = Long.compareUnsigned(ascending[i], other[j]);
      if (order == 0) {
        common[count++] = ascending[i];
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return Arrays.copyOf(common, count);
  }
}
