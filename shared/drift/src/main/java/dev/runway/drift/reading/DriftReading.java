package dev.runway.drift.reading;

import org.jspecify.annotations.Nullable;

/**
 * One number about one feature of one window. What is undefined has no reading.
 *
 * @param metric lower snake case
 * @param value finite
 * @param n current values it rests on
 * @param se standard error from sampling; null if there is none
 * @param low lower end of the 95 % interval; null if there is none, or none that is finite. Of
 *     w1_norm the limits that its sketches leave
 * @param high upper end
 * @param error how far the value may be from that of exact counts, by the method alone; 0 if exact,
 *     infinite where nothing is known
 * @param method how the current distribution was known: {@link #EXACT}, {@link #FINE_BINS}, {@link
 *     #COMMON_WORDS}, KLL_200
 * @param baselineId the profile it was compared with
 * @param threshold what the value was compared with to be a warning; null if it decides nothing
 * @param p probability of a value this high while the drift is not material (of PSI and of the
 *     change of the missing share) or there is none (of others); null without a test
 * @param q p after correction over the features
 * @param detail what the value is made of, for people to read; null if there is nothing to say
 */
public record DriftReading(
    String feature,
    String metric,
    double value,
    long n,
    @Nullable Double se,
    @Nullable Double low,
    @Nullable Double high,
    double error,
    String method,
    String baselineId,
    @Nullable Double threshold,
    @Nullable Double p,
    @Nullable Double q,
    Severity severity,
    @Nullable String detail) {

  /** Counted in the baseline's own bins. */
  public static final String EXACT = "EXACT_HISTOGRAM";

  /** Words outside of the vocabulary, told apart by a bitmap of their hashes. */
  public static final String LINEAR_COUNTING = "LINEAR_COUNTING";

  /** Words that the reference never had, told by a filter of those that it had. */
  public static final String WORD_FILTER = "WORD_FILTER";

  /**
   * By the words that both vocabularies have, all others being one bin of both sides: exact, and
   * coarser than the baseline's own words.
   */
  public static final String COMMON_WORDS = "COMMON_WORDS";

  /** Against what as many rows of the reference have on average. */
  public static final String RAREFACTION = "RAREFACTION";

  /** Interpolated from the fine bins of another baseline. */
  public static final String FINE_BINS = "FINE_BINS";

  /** Refuses what is no number. */
  public DriftReading {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(metric + " of " + feature + " is " + value);
    }
  }
}
