package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.profile.CategoricalProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Words outside of the vocabulary: which are frequent, how many different ones there are, and how
 * many rows had one that the reference never had.
 *
 * <p>Where the profile knows which words the reference had beside its vocabulary, only the others
 * are looked for among the frequent. These by the summary of Misra and Gries: with eight counters
 * every word with more than 1/9 of the rows is kept (with words of 128 characters all around it,
 * 1/5; not Latin ones, 1/3), and a count is too low by at most {@link #error}. As long as all words
 * have a place it is exact, and then any order and grouping gives the same content; beyond that
 * counts may differ within the error. Different ones by linear counting in 1,024 bits: within 6 %
 * (one standard error) to 4,000 words, about 7,000 at most.
 *
 * <p>On the heap at most 900 bytes beside a vocabulary and 2.9 KB without one, whatever comes:
 * where words are long, fewer have a place, one at least.
 */
final class Strangers {

  /** In place of the rows of new words where nobody knows which words are new. */
  static final long UNKNOWN = -1;

  private static final int BITS = 1024;
  private static final int BESIDE_A_VOCABULARY = 8;

  /** Where they are all that is known: 3 KB. */
  private static final int WITHOUT_A_VOCABULARY = 32;

  /** Bytes of a word beside its characters: a string and an array, each with its header. */
  private static final int WORD = 40;

  /** Bytes of one word that has a place: 30 characters, or 15 of which one is not Latin. */
  private static final int BYTES = 70;

  /** Of this object, of its bits, and of the headers of what holds the places. */
  private static final int FIXED = 48 + 16 + BITS / 8 + 32;

  /** The reference and the rows of a place. */
  private static final long OF_PLACE = 12;

  private final int kept;

  /** In ascending order, with room for one more than is kept. */
  private final String[] words;

  private final long[] rows;
  private int size;
  private int bytes;
  private final long[] bits = new long[BITS / 64];
  private long error;

  /**
   * Bytes on the heap at most, beside a vocabulary of so many words: places that are full, or one
   * word as long as there is, and the one that comes and finds no place.
   */
  static long mostBytes(int vocabulary) {
    int places = vocabulary == 0 ? WITHOUT_A_VOCABULARY : BESIDE_A_VOCABULARY;
    long longest = WORD + 2L * CategoricalProfile.MAX_WORD;
    return FIXED + OF_PLACE * (places + 1) + Math.max((long) places * BYTES, longest) + longest;
  }

  /** Rows of words that the reference never had, or {@link #UNKNOWN}. */
  private long fresh;

  /** For a feature of so many words in its vocabulary. */
  Strangers(int vocabulary) {
    kept = vocabulary == 0 ? WITHOUT_A_VOCABULARY : BESIDE_A_VOCABULARY;
    words = new String[kept + 1];
    Arrays.fill(words, "");
    rows = new long[kept + 1];
  }

  /**
   * Counts a word.
   *
   * @param hash of it
   * @param isNew whether the reference never had it; null where nobody knows
   */
  void add(String word, long hash, long times, @Nullable Boolean isNew) {
    bits[(int) (hash >>> 6) & (bits.length - 1)] |= 1L << (hash & 63);
    if (isNew == null) {
      fresh = UNKNOWN;
    } else if (isNew && fresh != UNKNOWN) {
      fresh += times;
    }
    if (Boolean.FALSE.equals(isNew)) {
      // A long tail of words that are known to be rare would leave no place to those that are new.
      return;
    }
    int at = Arrays.binarySearch(words, 0, size, word);
    if (at >= 0) {
      rows[at] += times;
      return;
    }
    insert(-at - 1, word, times);
    while (overfull()) {
      // Takes the least count from all: of each a row that none keeps.
      subtract(Arrays.stream(rows, 0, size).min().orElse(0));
    }
  }

  private boolean overfull() {
    return size > kept || (bytes > kept * BYTES && size > 1);
  }

  private static int bytes(String word) {
    boolean latin = true;
    for (int i = 0; i < word.length(); i++) {
      latin &= word.charAt(i) <= 0xff;
    }
    return WORD + (latin ? word.length() : 2 * word.length());
  }

  private void insert(int at, String word, long times) {
    System.arraycopy(words, at, words, at + 1, size - at);
    System.arraycopy(rows, at, rows, at + 1, size - at);
    words[at] = word;
    rows[at] = times;
    bytes += bytes(word);
    size++;
  }

  private void subtract(long cut) {
    error += cut;
    int left = 0;
    for (int i = 0; i < size; i++) {
      if (rows[i] > cut) {
        words[left] = words[i];
        rows[left++] = rows[i] - cut;
      } else {
        bytes -= bytes(words[i]);
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
    fresh = fresh == UNKNOWN || other.fresh == UNKNOWN ? UNKNOWN : fresh + other.fresh;
    long cut = withoutPlace(both);
    size = 0;
    bytes = 0;
    Arrays.fill(words, "");
    both.forEach(
        (word, times) -> {
          if (times > cut) {
            insert(size, word, times - cut);
          }
        });
    error += cut;
  }

  /** The largest count without a place, which is taken from all; 0 where all have one. */
  private long withoutPlace(Map<String, Long> counts) {
    List<Map.Entry<String, Long>> falling =
        counts.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .toList();
    int taken = 0;
    for (int i = 0; i < falling.size(); i++) {
      taken += bytes(falling.get(i).getKey());
      if (i >= kept || (taken > kept * BYTES && i >= 1)) {
        return falling.get(i).getValue();
      }
    }
    return 0;
  }

  /** Rows of words that the reference never had; {@link #UNKNOWN} where nobody knows. */
  long fresh() {
    return fresh;
  }

  /** What it holds, on the heap. */
  long bytes() {
    return FIXED + OF_PLACE * words.length + bytes;
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

  /**
   * What is wrong with words that were read.
   *
   * @param outside rows with a word outside of the vocabulary
   * @return null where they can be those of so many rows
   */
  @Nullable String wrong(long outside) {
    long left = outside;
    for (int i = 0; i < size; i++) {
      // One by one, so that no sum wraps.
      if (rows[i] > left) {
        return "more rows of words outside of the vocabulary than the %d there are"
            .formatted(outside);
      }
      left -= rows[i];
      if (words[i].length() > CategoricalProfile.MAX_WORD) {
        return "a word of %d characters".formatted(words[i].length());
      }
    }
    if (fresh > outside || error > outside) {
      return "%d rows of new words, wrong by %d, of %d outside of the vocabulary"
          .formatted(fresh, error, outside);
    }
    return null;
  }

  /**
   * @param version of the tile's stored form
   */
  void write(DataOutput out, int version) throws IOException {
    Varints.writeUnsigned(out, size);
    for (int i = 0; i < size; i++) {
      byte[] word = words[i].getBytes(StandardCharsets.UTF_8);
      Varints.writeUnsigned(out, word.length);
      out.write(word);
      Varints.writeUnsigned(out, rows[i]);
    }
    Varints.writeUnsigned(out, error);
    Bins.write(out, bits, 0, bits.length);
    if (version >= TileFormat.WITH_NEW_WORDS) {
      Varints.writeUnsigned(out, fresh + 1);
    }
  }

  /**
   * @param version of the tile's stored form
   */
  static Strangers read(DataInput in, int vocabulary, int version) throws IOException {
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
    read.fresh =
        version < TileFormat.WITH_NEW_WORDS
            ? UNKNOWN
            : Bins.nonNegative(Varints.readUnsigned(in)) - 1;
    return read;
  }
}
