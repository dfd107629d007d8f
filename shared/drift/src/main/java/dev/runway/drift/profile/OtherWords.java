package dev.runway.drift.profile;

import java.util.Arrays;
import java.util.Collection;
import org.apache.commons.numbers.gamma.LogGamma;
import org.jspecify.annotations.Nullable;

/**
 * What a profile still knows of the words outside of its vocabulary: whether it had a word, by a
 * Bloom filter, and how many words had how many rows. Immutable.
 *
 * <p>A word that the reference had is always known. One that it did not have is taken for known
 * with a probability of {@link #mistaken}: 1 % with ten bits to a word.
 *
 * @param filter bits, a power of two of bytes; empty where there are too many words for one
 * @param probes bits of each word
 * @param rows rows of all words whose rows are from 2^i to below 2^(i+1), by i
 * @param words how many such words there are, by i
 */
public record OtherWords(byte[] filter, int probes, long[] rows, long[] words) {

  /** Bytes of a filter. */
  public static final int MAX_BYTES = 8 * 1024;

  private static final int MOST_PROBES = 8;
  private static final int BITS_FOR_A_WORD = 10;

  /** With fewer bits to a word a filter would take a fourth of the new words for known ones. */
  private static final int LEAST_BITS_FOR_A_WORD = 3;

  /** Classes of rows: 2^47 of one word are more than there are. */
  private static final int MAX_CLASSES = 48;

  /** Checks that the parts fit. */
  public OtherWords {
    if (Integer.bitCount(filter.length) > 1 || filter.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a filter of " + filter.length + " bytes, must be a power of two to " + MAX_BYTES);
    }
    if (probes < 1 || probes > MOST_PROBES) {
      throw new IllegalArgumentException(probes + " probes, must be 1 to " + MOST_PROBES);
    }
    if (rows.length != words.length || rows.length > MAX_CLASSES) {
      throw new IllegalArgumentException(rows.length + " classes of rows, " + words.length);
    }
    for (int i = 0; i < rows.length; i++) {
      if (words[i] < 0 || rows[i] < words[i] || (words[i] == 0 && rows[i] > 0)) {
        throw new IllegalArgumentException(words[i] + " words of " + rows[i] + " rows");
      }
    }
  }

  /**
   * Of all words outside of a vocabulary.
   *
   * @param words each once
   * @param counts rows of each
   * @param bytes that the filter may take
   */
  static OtherWords of(Collection<String> words, Collection<Long> counts, int bytes) {
    long[] rows = new long[MAX_CLASSES];
    long[] sizes = new long[MAX_CLASSES];
    for (long count : counts) {
      int at = Math.min(MAX_CLASSES - 1, 63 - Long.numberOfLeadingZeros(count));
      rows[at] += count;
      sizes[at]++;
    }
    int used = MAX_CLASSES;
    while (used > 0 && sizes[used - 1] == 0) {
      used--;
    }
    int size = 8;
    while (size * 8L < (long) BITS_FOR_A_WORD * words.size() && 2 * size <= bytes) {
      size *= 2;
    }
    double each = size * 8.0 / Math.max(1, words.size());
    boolean enough = each >= LEAST_BITS_FOR_A_WORD && size <= bytes;
    int probes = (int) Math.max(1, Math.min(MOST_PROBES, Math.round(each * Math.log(2))));
    byte[] filter = new byte[enough ? size : 0];
    if (enough) {
      for (String word : words) {
        long hash = WordHash.of(word);
        for (int i = 0; i < probes; i++) {
          int bit = bit(hash, i, filter.length);
          filter[bit >>> 3] |= (byte) (1 << (bit & 7));
        }
      }
    }
    return new OtherWords(filter, probes, Arrays.copyOf(rows, used), Arrays.copyOf(sizes, used));
  }

  private static int bit(long hash, int probe, int bytes) {
    int step = (int) (hash >>> 32) | 1;
    return ((int) hash + probe * step) & (8 * bytes - 1);
  }

  /** Whether it can tell words that the reference had from others. */
  public boolean tells() {
    return filter.length > 0;
  }

  /** Whether the reference had the word, by its {@link WordHash}; sometimes wrongly true. */
  public boolean had(long hash) {
    for (int i = 0; i < probes; i++) {
      int bit = bit(hash, i, filter.length);
      if ((filter[bit >>> 3] & (1 << (bit & 7))) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Probability that a word which the reference did not have is taken for one that it had. */
  public double mistaken() {
    long set = 0;
    for (byte bits : filter) {
      set += Integer.bitCount(bits & 0xff);
    }
    return filter.length == 0 ? 1 : Math.pow(set / (8.0 * filter.length), probes);
  }

  /**
   * Rows of words that had no more rows than so many: exact for one and two, and else those of all
   * classes that begin below, so somewhat too many.
   */
  long rowsOfWordsTo(long most) {
    long sum = 0;
    for (int i = 0; i < rows.length && 1L << i <= most; i++) {
      // Of words with two or three rows both numbers are known, so it is known how many had two.
      sum += i == 1 && most == 2 ? 2 * (3 * words[1] - rows[1]) : rows[i];
    }
    return sum;
  }

  /**
   * Adds the words of other rows to what is expected of a smaller sample.
   *
   * @param expected takes them
   */
  void addTo(Expected expected) {
    for (int i = 0; i < rows.length; i++) {
      if (words[i] > 0) {
        expected.add((double) rows[i] / words[i], (double) words[i]);
      }
    }
  }

  /**
   * How many different words a sample of m rows has on average if it is drawn, without putting
   * back, from the n rows of the reference (rarefaction), and with which variance.
   */
  static final class Expected {
    private final double n;
    private final double m;
    private double mean;
    private double variance;

    Expected(double n, double m) {
      this.n = n;
      this.m = m;
    }

    void add(double rowsOfEach, double words) {
      // None of the rows is among the m: C(n - rows, m) / C(n, m).
      double absent =
          n - rowsOfEach < m
              ? 0
              : Math.exp(
                  LogGamma.value(n - rowsOfEach + 1)
                      + LogGamma.value(n - m + 1)
                      - LogGamma.value(n - rowsOfEach - m + 1)
                      - LogGamma.value(n + 1));
      mean += words * (1 - absent);
      variance += words * absent * (1 - absent);
    }

    double mean() {
      return mean;
    }

    /** An upper limit: that one word is there makes another one less likely. */
    double variance() {
      return variance;
    }
  }

  @Override
  public boolean equals(@Nullable Object that) {
    return that instanceof OtherWords o
        && o.probes == probes
        && Arrays.equals(o.filter, filter)
        && Arrays.equals(o.rows, rows)
        && Arrays.equals(o.words, words);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(filter) + Arrays.hashCode(words);
  }
}
