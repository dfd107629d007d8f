package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.profile.CategoricalProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Words outside of the vocabulary: which are frequent, and how many different ones there are.
 *
 * <p>Frequent ones by the summary of Misra and Gries: with eight counters every word with more than
 * 1/9 of the rows is kept, and a count is too low by at most {@link #error}. Up to eight words it
 * is exact, and then any order and grouping gives the same content; beyond that counts may differ
 * within the error. Different ones by linear counting in 2,048 bits: within 5 % to 8,000 words,
 * about 15,000 at most.
 *
 * <p>About 900 bytes, whatever comes.
 */
final class Strangers {

  private static final int BESIDE_A_VOCABULARY = 8;

  /** Where they are all that is known: 3 KB. */
  private static final int WITHOUT_A_VOCABULARY = 32;

  private static final int BITS = 2048;

  private final Map<String, Long> counts = new TreeMap<>();
  private final long[] bits = new long[BITS / 64];
  private final int kept;
  private long error;

  /** For a feature of so many words in its vocabulary. */
  Strangers(int vocabulary) {
    kept = vocabulary == 0 ? WITHOUT_A_VOCABULARY : BESIDE_A_VOCABULARY;
  }

  void add(String word, long rows) {
    long hash = hash(word);
    bits[(int) (hash >>> 6) & (bits.length - 1)] |= 1L << (hash & 63);
    counts.merge(word, rows, Long::sum);
    shrink();
  }

  void merge(Strangers other) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= other.bits[i];
    }
    other.counts.forEach((word, rows) -> counts.merge(word, rows, Long::sum));
    error += other.error;
    shrink();
  }

  /** Takes the largest count that has no place from all: one of each is a row that none keeps. */
  private void shrink() {
    if (counts.size() <= kept) {
      return;
    }
    long cut =
        counts.values().stream()
            .sorted(Comparator.reverseOrder())
            .skip(kept)
            .findFirst()
            .orElse(0L);
    error += cut;
    counts.replaceAll((word, rows) -> rows - cut);
    counts.values().removeIf(rows -> rows <= 0);
  }

  /** By word; each is too low by at most {@link #error}. */
  Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  long error() {
    return error;
  }

  /** Estimated number of different words. */
  double distinct() {
    int free = BITS;
    for (long word : bits) {
      free -= Long.bitCount(word);
    }
    return BITS * Math.log((double) BITS / Math.max(1, free));
  }

  /** FNV-1a, finished so that the low bits depend on all. */
  private static long hash(String word) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < word.length(); i++) {
      hash = (hash ^ word.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
    return hash ^ (hash >>> 32);
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, counts.size());
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      byte[] word = entry.getKey().getBytes(StandardCharsets.UTF_8);
      Varints.writeUnsigned(out, word.length);
      out.write(word);
      Varints.writeUnsigned(out, entry.getValue());
    }
    Varints.writeUnsigned(out, error);
    Bins.write(out, bits, 0, bits.length);
  }

  static Strangers read(DataInput in, int vocabulary) throws IOException {
    Strangers read = new Strangers(vocabulary);
    int size = Varints.readIndex(in, read.kept, "number of words");
    for (int i = 0; i < size; i++) {
      byte[] word =
          new byte[Varints.readIndex(in, 4 * CategoricalProfile.MAX_WORD, "bytes of a word:")];
      in.readFully(word);
      read.counts.put(
          new String(word, StandardCharsets.UTF_8), Bins.nonNegative(Varints.readUnsigned(in)));
    }
    read.error = Bins.nonNegative(Varints.readUnsigned(in));
    Bins.read(in, read.bits, 0, read.bits.length);
    return read;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Strangers that
        && that.counts.equals(counts)
        && that.error == error
        && Arrays.equals(that.bits, bits);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }
}
