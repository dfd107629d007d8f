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

/**
 * Words outside of the vocabulary: which are frequent, and how many different ones there are.
 *
 * <p>Frequent ones by the summary of Misra and Gries: with eight counters every word with more than
 * 1/9 of the rows is kept, and a count is too low by at most {@link #error}. Up to eight words it
 * is exact, and then any order and grouping gives the same content; beyond that counts may differ
 * within the error. Different ones by linear counting in 1,024 bits: within 6 % (one standard
 * error) to 4,000 words, about 7,000 at most.
 *
 * <p>About 900 bytes with words of 20 characters, whatever comes.
 */
final class Strangers {

  private static final int BITS = 1024;
  private static final int BESIDE_A_VOCABULARY = 8;

  /** Where they are all that is known: 3 KB. */
  private static final int WITHOUT_A_VOCABULARY = 32;

  private final int kept;

  /** In ascending order, with room for one more than is kept. */
  private final String[] words;

  private final long[] rows;
  private int size;
  private final long[] bits = new long[BITS / 64];
  private long error;

  /** Bytes on the heap at most, beside a vocabulary of so many words: with the longest words. */
  static long mostBytes(int vocabulary) {
    int places = 1 + (vocabulary == 0 ? WITHOUT_A_VOCABULARY : BESIDE_A_VOCABULARY);
    // A place: a text of two bytes a character with its headers, its reference and its count.
    return 100 + BITS / 8 + places * (40L + 2 * CategoricalProfile.MAX_WORD + 8 + 8);
  }

  /** For a feature of so many words in its vocabulary. */
  Strangers(int vocabulary) {
    kept = vocabulary == 0 ? WITHOUT_A_VOCABULARY : BESIDE_A_VOCABULARY;
    words = new String[kept + 1];
    Arrays.fill(words, "");
    rows = new long[kept + 1];
  }

  void add(String word, long times) {
    long hash = hash(word);
    bits[(int) (hash >>> 6) & (bits.length - 1)] |= 1L << (hash & 63);
    int at = Arrays.binarySearch(words, 0, size, word);
    if (at >= 0) {
      rows[at] += times;
      return;
    }
    insert(-at - 1, word, times);
    if (size > kept) {
      // Takes the least count from all: of each a row that none keeps.
      subtract(Arrays.stream(rows, 0, size).min().orElse(0));
    }
  }

  private void insert(int at, String word, long times) {
    System.arraycopy(words, at, words, at + 1, size - at);
    System.arraycopy(rows, at, rows, at + 1, size - at);
    words[at] = word;
    rows[at] = times;
    size++;
  }

  private void subtract(long cut) {
    error += cut;
    int left = 0;
    for (int i = 0; i < size; i++) {
      if (rows[i] > cut) {
        words[left] = words[i];
        rows[left++] = rows[i] - cut;
      }
    }
    Arrays.fill(words, left, size, "");
    size = left;
  }

  void merge(Strangers other) {
    for (int i = 0; i < bits.length; i++) {
      bits[i] |= other.bits[i];
    }
    Map<String, Long> both = counts();
    other.counts().forEach((word, times) -> both.merge(word, times, Long::sum));
    error += other.error;
    // The largest count without a place is taken from all.
    long cut =
        both.values().stream().sorted(Comparator.reverseOrder()).skip(kept).findFirst().orElse(0L);
    size = 0;
    Arrays.fill(words, "");
    both.forEach(
        (word, times) -> {
          if (times > cut) {
            insert(size, word, times - cut);
          }
        });
    error += cut;
  }

  /** By word; each is too low by at most {@link #error}. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      counts.put(words[i], rows[i]);
    }
    return counts;
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

  /**
   * Standard error of {@link #distinct}, by Whang and others: sqrt(m (e^t - t - 1)) of m bits with
   * t words to a bit. Infinite once no bit is free, for then there may be any number more.
   */
  double distinctError() {
    double words = distinct();
    double load = words / BITS;
    boolean full = words >= BITS * Math.log(BITS);
    return full ? Double.POSITIVE_INFINITY : Math.sqrt(BITS * Math.max(0, Math.expm1(load) - load));
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
    Varints.writeUnsigned(out, size);
    for (int i = 0; i < size; i++) {
      byte[] word = words[i].getBytes(StandardCharsets.UTF_8);
      Varints.writeUnsigned(out, word.length);
      out.write(word);
      Varints.writeUnsigned(out, rows[i]);
    }
    Varints.writeUnsigned(out, error);
    Bins.write(out, bits, 0, bits.length);
  }

  static Strangers read(DataInput in, int vocabulary) throws IOException {
    Strangers read = new Strangers(vocabulary);
    int size = Varints.readIndex(in, read.kept, "number of words");
    for (int i = 0; i < size; i++) {
      byte[] bytes =
          new byte[Varints.readIndex(in, 4 * CategoricalProfile.MAX_WORD, "bytes of a word:")];
      in.readFully(bytes);
      String word = new String(bytes, StandardCharsets.UTF_8);
      if (i > 0 && read.words[i - 1].compareTo(word) >= 0) {
        throw new IOException("words that do not ascend");
      }
      read.insert(i, word, Bins.nonNegative(Varints.readUnsigned(in)));
    }
    read.error = Bins.nonNegative(Varints.readUnsigned(in));
    Bins.read(in, read.bits, 0, read.bits.length);
    return read;
  }
}
