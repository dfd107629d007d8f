package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * Average precision, sum of (recall step) x (precision) from high scores to low, from one score
 * histogram per class.
 *
 * @param value each bin one threshold
 * @param low what it is at least: all negatives of a bin stand before its positives, which come one
 *     by one
 * @param high what it is at most: all positives of a bin stand before its negatives
 */
record BinnedPrecision(double value, double low, double high) {

  /**
   * From one histogram per class.
   *
   * @param positives weight per bin, lowest scores first
   * @param negatives weight per bin, same bins
   * @return null without positives
   */
  static @Nullable BinnedPrecision of(double[] positives, double[] negatives) {
    double p = 0;
    for (double weight : positives) {
      p += weight;
    }
    if (!(p > 0)) {
      return null;
    }
    double hits = 0;
    double called = 0;
    double value = 0;
    double low = 0;
    double high = 0;
    for (int i = positives.length - 1; i >= 0; i--) {
      double more = positives[i];
      if (more > 0) {
        double after = called + negatives[i];
        value += more * (hits + more) / (after + more);
        high += more * (hits + more) / (called + more);
        low += oneByOne(hits, after, more);
      }
      hits += more;
      called += more + negatives[i];
    }
    return new BinnedPrecision(value / p, Math.min(low, value) / p, Math.max(high, value) / p);
  }

  /**
   * The integral of (hits + x) / (called + x) from 0 to more: no way to cut the positives into
   * thresholds gives less, for precision only rises while positives come.
   */
  private static double oneByOne(double hits, double called, double more) {
    double misses = called - hits;
    return misses > 0 ? more - misses * StrictMath.log1p(more / called) : more;
  }
}
