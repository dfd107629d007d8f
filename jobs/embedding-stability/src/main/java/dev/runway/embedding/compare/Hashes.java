package dev.runway.embedding.compare;

import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.ItemHash;
import java.util.Arrays;

/** Hashes of items as ascending unsigned numbers: which ones of a version count. */
final class Hashes {
  /** The highest hash there is. */
  static final long ALL = -1;

  /**
   * Items above a version's reach, as a share of as many as below it, from which on they count as
   * all there are: everything was sent again since the document asked for more.
   */
  private static final double DENSE = 0.9;

  private Hashes() {}

  /**
   * Up to where a version is known: to the highest hash of a full sample, for what it has above was
   * let go. Where its document once asked for less, to the reach that it had then, unless there are
   * as many items beyond it as within.
   *
   * @param all items that the document asks for now, ascending
   * @param wanted items that a full sample has
   * @param rate share of the items that it asks for
   * @param reach up to where nothing was left out, ever
   */
  static long known(long[] all, int wanted, double rate, long reach) {
    long end = all.length < wanted ? ALL : all[all.length - 1];
    if (Long.compareUnsigned(reach, end) >= 0) {
      return end;
    }
    int within = countTo(all, reach);
    double width = ItemHash.position(reach);
    double wider = (end == ALL ? rate : Math.min(rate, ItemHash.position(end))) - width;
    return all.length - within < Math.floor(DENSE * within * wider / width) ? reach : end;
  }

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
   * @param end up to where the version is known, see {@link Hashes#known}
   */
  record Sample(long[] all, long[] there, long end) {
    /**
     * Of the items that are known.
     *
     * @param gone those that left, in any order; sorted by it
     * @param end see {@link Hashes#known}
     */
    static Sample of(long[] all, long[] gone, long end) {
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

  /** Items that have a vector in both, as far up as both samples reach. */
  static long[] common(Sample before, Sample after) {
    long[] common = common(before.there, after.there);
    return Arrays.copyOf(common, countTo(common, lower(before.end, after.end)));
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
