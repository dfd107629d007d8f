package dev.runway.drift.embedding;

import dev.runway.drift.performance.Interval;
import org.jspecify.annotations.Nullable;

/**
 * One number about two versions of a space.
 *
 * @param value null where it was not computed; never NaN
 * @param se standard error from the choice of items; null if there is none
 * @param low lower end of the 95 % interval; null if there is none
 * @param high upper end
 * @param n pairs, or queried items, that it rests on
 * @param gap why there is no value; null where there is one
 */
public record EmbeddingReading(
    EmbeddingMetric metric,
    @Nullable Double value,
    @Nullable Double se,
    @Nullable Double low,
    @Nullable Double high,
    long n,
    @Nullable Gap gap) {

  /** Why a number is not there. */
  public enum Gap {
    /** It would say more about the number of pairs than about the versions. */
    TOO_FEW_PAIRS,
    /** Not defined: all vectors of a version are the same, or their mean is zero. */
    UNDEFINED,
    /** Computing it failed; the log of whoever asked says how. */
    FAILED,
    /** Computing it would take more memory than there is. */
    TOO_WIDE
  }

  static EmbeddingReading missing(EmbeddingMetric metric, long n, Gap gap) {
    return new EmbeddingReading(metric, null, null, null, null, n, gap);
  }

  /** A value +- 1.96 standard errors, cut to [min, max]. */
  static EmbeddingReading of(
      EmbeddingMetric metric, double value, double se, double min, double max, long n) {
    if (!Double.isFinite(value)) {
      return missing(metric, n, Gap.UNDEFINED);
    }
    double inside = Math.max(min, Math.min(value, max));
    if (!Double.isFinite(se)) {
      return new EmbeddingReading(metric, inside, null, null, null, n, null);
    }
    double low = Math.max(min, inside - Interval.Z * se);
    double high = Math.min(max, inside + Interval.Z * se);
    return new EmbeddingReading(metric, inside, se, low, high, n, null);
  }

  /** A count that is exact. */
  static EmbeddingReading exact(EmbeddingMetric metric, double value, long n) {
    return new EmbeddingReading(metric, value, 0.0, value, value, n, null);
  }

  /** Share of n that are hits. */
  static EmbeddingReading share(EmbeddingMetric metric, long hits, long n) {
    if (n == 0) {
      return missing(metric, n, Gap.TOO_FEW_PAIRS);
    }
    double share = (double) hits / n;
    Interval interval = Interval.wilson(share, (double) n);
    double se = Math.sqrt(share * (1 - share) / n);
    return new EmbeddingReading(metric, share, se, interval.low(), interval.high(), n, null);
  }

  /** Mean of values in [min, max]. */
  static EmbeddingReading mean(EmbeddingMetric metric, double[] values, double min, double max) {
    double n = values.length;
    double mean = 0;
    for (double value : values) {
      mean += value / n;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return of(metric, mean, Math.sqrt(squares / (n - 1) / n), min, max, values.length);
  }

  /**
   * A quantile (nearest rank) of values, between the values of the ranks that enclose it in 95 % of
   * samples.
   *
   * @param ascending at least one
   */
  static EmbeddingReading quantile(EmbeddingMetric metric, double[] ascending, double q) {
    int n = ascending.length;
    QuantileRanks ranks = QuantileRanks.of(q, n);
    return new EmbeddingReading(
        metric,
        ascending[ranks.at()],
        null,
        ascending[ranks.low()],
        ascending[ranks.high()],
        n,
        null);
  }
}
