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

  static void sort(long[] hashes) {
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

  /**
   * Items of whichever of two versions has more of them, as far up as both samples reach: above the
   * highest hash of a full one, what a version has was let go.
   *
   * @param wanted items that a full sample has
   */
  static long within(long[] ascending, long[] other, int wanted) {
    long end = lower(end(ascending, wanted), end(other, wanted));
    return Math.max(countTo(ascending, end), countTo(other, end));
  }

  private static long end(long[] ascending, int wanted) {
    return ascending.length < wanted ? -1 : ascending[ascending.length - 1];
  }

  private static long lower(long hash, long other) {
    return Long.compareUnsigned(hash, other) < 0 ? hash : other;
  }

  private static int countTo(long[] ascending, long end) {
    int count = ascending.length;
    while (count > 0 && Long.compareUnsigned(ascending[count - 1], end) > 0) {
      count--;
    }
    return count;
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
