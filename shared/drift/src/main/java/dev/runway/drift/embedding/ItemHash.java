package dev.runway.drift.embedding;

import java.nio.charset.StandardCharsets;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * The hash by which items are chosen, the same ones in every version of a space. Never changed:
 * samples that are stored hold what it chose.
 */
public final class ItemHash {
  private static final double UNIT = 0x1p-53;

  private ItemHash() {}

  /** Hash of an item that is known by a number: SplitMix64. */
  public static long of(long item) {
    long z = item + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Hash of any other item: SplitMix64 of the first half of its UTF-8 bytes' MurmurHash3. */
  public static long of(String item) {
    return of(MurmurHash3.hash(item.getBytes(StandardCharsets.UTF_8), 0)[0]);
  }

  /**
   * The highest hash, unsigned, whose {@link #position} is below a rate.
   *
   * @param rate above 0, 1 at most
   */
  public static long highestBelow(double rate) {
    long last = (long) Math.ceil(rate / UNIT) - 1;
    return last << 11 | 0x7ff;
  }

  /** Where a hash lies in [0, 1); a rate keeps the items whose position is below it. */
  public static double position(long hash) {
    return (hash >>> 11) * UNIT;
  }
}
