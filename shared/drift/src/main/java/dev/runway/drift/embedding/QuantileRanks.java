package dev.runway.drift.embedding;

import dev.runway.drift.performance.Interval;

/**
 * Where in ascending values a quantile is (nearest rank), and the two ranks that enclose it in 95 %
 * of samples: the count of values below a quantile is binomial, here by the normal approximation.
 *
 * @param at index of the quantile
 * @param low index of the lower end
 * @param high index of the upper end
 */
public record QuantileRanks(int at, int low, int high) {

  /**
   * Of a quantile.
   *
   * @param q between 0 and 1
   * @param n values, at least 1
   */
  public static QuantileRanks of(double q, int n) {
    double half = Interval.Z * Math.sqrt(n * q * (1 - q));
    return new QuantileRanks(index(n * q, n), index(n * q - half, n), index(n * q + half + 1, n));
  }

  private static int index(double rank, int n) {
    return (int) Math.max(0, Math.min(n - 1.0, Math.ceil(rank) - 1));
  }
}
