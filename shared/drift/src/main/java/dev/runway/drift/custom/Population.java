package dev.runway.drift.custom;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of one feature: those of the baseline, or of a window.
 *
 * @param events all of them, with or without a value
 * @param n events with a value of the right type; the sum of the counts
 * @param missing events without a value
 * @param mistyped events with a value of another type
 * @param infinite events with an infinite value, which are in the end bins too
 * @param mean of the finite values; NaN where there are none, and of words
 * @param standardDeviation of a sample; NaN below two values, and of words
 * @param min least finite value; NaN where there is none
 * @param max largest finite value; NaN where there is none
 * @param counts by bin, see {@link FeatureWindow}; copied
 */
public record Population(
    long events,
    long n,
    long missing,
    long mistyped,
    long infinite,
    double mean,
    double standardDeviation,
    double min,
    double max,
    long[] counts) {

  /** Keeps a copy. */
  public Population {
    counts = counts.clone();
  }

  /** A copy. */
  @Override
  public long[] counts() {
    return counts.clone();
  }

  /** Counts as shares of n; all 0 where n is 0. */
  public double[] shares() {
    double[] shares = new double[counts.length];
    for (int i = 0; n > 0 && i < shares.length; i++) {
      shares[i] = (double) counts[i] / n;
    }
    return shares;
  }

  /** Share of the events without a value; 0 for no events. */
  public double missingShare() {
    return events == 0 ? 0 : (double) missing / events;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Population that
        && that.events == events
        && that.n == n
        && that.missing == missing
        && that.mistyped == mistyped
        && that.infinite == infinite
        && Double.compare(that.mean, mean) == 0
        && Double.compare(that.standardDeviation, standardDeviation) == 0
        && Double.compare(that.min, min) == 0
        && Double.compare(that.max, max) == 0
        && Arrays.equals(that.counts, counts);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(events) + Arrays.hashCode(counts);
  }
}
