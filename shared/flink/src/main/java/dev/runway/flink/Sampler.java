package dev.runway.flink;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Keeps a fixed share of prediction ids, the same ones everywhere: predictions and their outcomes
 * are kept or dropped together although they arrive on different topics and in different years.
 *
 * <p>An id's {@link #position} is a hash spread evenly over [0, 1); a rate keeps the ids whose
 * position is below it. Ids kept at a lower rate are therefore kept at every higher one.
 *
 * <p>The hash may never change, for half-joined state and archives hold what it chose; its values
 * are pinned by a test. It reads the id's UTF-8 bytes as little-endian 64-bit words, the last one
 * filled with zeros; each word is mixed into the running value by the finaliser of SplitMix64
 * (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014), the length in
 * bytes last; the upper 53 bits are the position.
 */
public final class Sampler implements Serializable {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final double rate;

  private Sampler(double rate) {
    this.rate = rate;
  }

  /**
   * A sampler.
   *
   * @param rate share of ids to keep, (0, 1]
   * @throws IllegalArgumentException for other rates
   */
  public static Sampler of(double rate) {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException(
          "a sample rate is above 0 and at most 1, found " + rate + ": 1 keeps everything");
    }
    return new Sampler(rate);
  }

  /** Whether an id, given as its UTF-8 bytes, is kept. Allocates nothing. */
  public boolean keeps(byte[] id) {
    return rate >= 1 || position(id) < rate;
  }

  /** Whether an id is kept. */
  public boolean keeps(String id) {
    return rate >= 1 || position(id) < rate;
  }

  /** The share of ids that is kept, (0, 1]. */
  public double rate() {
    return rate;
  }

  /** Where an id lies in [0, 1). */
  public static double position(String id) {
    return position(id.getBytes(StandardCharsets.UTF_8));
  }

  /** Where an id, given as its UTF-8 bytes, lies in [0, 1). Allocates nothing. */
  public static double position(byte[] id) {
    return (hash(id) >>> 11) * UNIT;
  }

  /** The 64-bit hash behind {@link #position}. */
  static long hash(byte[] id) {
    long hash = GAMMA;
    int at = 0;
    for (; at + 8 <= id.length; at += 8) {
      hash = mix(hash ^ (long) WORDS.get(id, at)) + GAMMA;
    }
    if (at < id.length) {
      hash = mix(hash ^ lastWord(id, at)) + GAMMA;
    }
    return mix(hash ^ id.length);
  }

  /** The bytes from a place to the end, fewer than eight. */
  private static long lastWord(byte[] bytes, int from) {
    long word = 0;
    for (int i = bytes.length - 1; i >= from; i--) {
      word = word << 8 | (bytes[i] & 0xFF);
    }
    return word;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
