package dev.runway.drift.performance;

import java.util.Arrays;

/** Quality of one ranked list from the relevances by position. */
public final class RankedList {

  private static final double[] DISCOUNTS = discounts();

  /** Per thread, because the ideal order needs a sorted copy and a list must not allocate. */
  private static final ThreadLocal<double[]> SORTED =
      ThreadLocal.withInitial(() -> new double[RankingCounts.MAX_LENGTH]);

  private RankedList() {}

  /** 1 / log2(position + 1), positions from 1. */
  private static double[] discounts() {
    double[] discounts = new double[RankingCounts.MAX_LENGTH];
    for (int i = 0; i < discounts.length; i++) {
      discounts[i] = StrictMath.log(2) / StrictMath.log(i + 2);
    }
    return discounts;
  }

  /**
   * Normalised discounted cumulative gain of the first k positions; negative relevances count as 0.
   *
   * @param relevances by position, at most 100
   * @param exponential gain 2^relevance - 1 if true, else the relevance itself
   * @return in [0, 1]; 0 for a list without relevant items
   */
  public static double ndcg(double[] relevances, int k, boolean exponential) {
    int length = relevances.length;
    double[] sorted = SORTED.get();
    System.arraycopy(relevances, 0, sorted, 0, length);
    Arrays.sort(sorted, 0, length);
    double largest = sorted[length - 1];
    double gained = 0;
    double ideal = 0;
    for (int i = 0; i < Math.min(k, length); i++) {
      gained += gain(relevances[i], largest, exponential) * DISCOUNTS[i];
      ideal += gain(sorted[length - 1 - i], largest, exponential) * DISCOUNTS[i];
    }
    return ideal == 0 ? 0 : Math.min(1, gained / ideal);
  }

  private static double gain(double relevance, double largest, boolean exponential) {
    if (!(relevance > 0)) {
      return 0;
    }
    if (!exponential || (relevance == 1 && largest == 1)) {
      return relevance;
    }
    // Where 2^relevance would overflow all gains are scaled by 2^-largest; the ratio is the same.
    double scale = largest > 64 ? largest : 0;
    return StrictMath.pow(2, relevance - scale) - StrictMath.pow(2, -scale);
  }

  /** How many of the first k positions are relevant (above 0). */
  static int relevant(double[] relevances, int k) {
    int relevant = 0;
    for (int i = 0; i < Math.min(k, relevances.length); i++) {
      relevant += relevances[i] > 0 ? 1 : 0;
    }
    return relevant;
  }

  /** Index of the first relevant position, or the length. */
  static int firstRelevant(double[] relevances) {
    int i = 0;
    while (i < relevances.length && !(relevances[i] > 0)) {
      i++;
    }
    return i;
  }
}
