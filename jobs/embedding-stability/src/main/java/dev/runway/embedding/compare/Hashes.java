package dev.runway.embedding.compare;

import dev.runway.drift.embedding.ItemCounts;
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
   * Items of a version that count.
   *
   * @param all with those that left the version, ascending
   * @param there those that have a vector, ascending
   * @param end up to where the version is known: above the highest hash of a full sample, what it
   *     has was let go
   */
  record Sample(long[] all, long[] there, long end) {
    /**
     * Of the items that are known.
     *
     * @param gone those that left, in any order; sorted by it
     * @param wanted items that a full sample has
     */
    static Sample of(long[] all, long[] gone, int wanted) {
      sort(gone);
      long[] there = new long[all.length];
      int count = 0;
      int next = 0;
      for (long hash : all) {
        while (next < gone.length && Long.compareUnsigned(gone[next], hash) < 0) {
          next++;
        }
        if (next == gone.length || gone[next] != hash) {
          there[count++] = hash;
        }
      }
      long end = all.length < wanted ? -1 : all[all.length - 1];
      return new Sample(all, Arrays.copyOf(there, count), end);
    }
  }

  /** Items that two versions have, as far up as both samples reach. */
  static ItemCounts within(Sample before, Sample after) {
    long end = lower(before.end, after.end);
    return new ItemCounts(countTo(before.there, end), countTo(after.there, end));
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
