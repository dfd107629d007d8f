package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * Area under the ROC curve from one score histogram per class, ties inside a bin counted one half.
 *
 * @param auc sum pos_i (negBelow_i + neg_i / 2) / (P N)
 * @param slack sum pos_i neg_i / (2 P N): the exact value lies in auc +- slack for sure; 0 when no
 *     bin holds both classes
 * @param se DeLong's standard error of the same histogram, equal to that of the raw scores when
 *     each bin holds one score; null below an effective n above 1 in either class
 */
public record BinnedAuc(double auc, double slack, @Nullable Double se) {

  /**
   * From one histogram per class.
   *
   * @param positives weight per bin, lowest scores first
   * @param negatives weight per bin, same bins
   * @param positiveN effective number of positives, for the standard error
   * @param negativeN effective number of negatives
   * @return null if one class has no weight
   */
  public static @Nullable BinnedAuc of(
      double[] positives, double[] negatives, double positiveN, double negativeN) {
    double p = total(positives);
    double n = total(negatives);
    if (!(p > 0 && n > 0)) {
      return null;
    }
    double below = 0;
    double wins = 0;
    double ties = 0;
    for (int i = 0; i < positives.length; i++) {
      wins += positives[i] * (below + negatives[i] / 2);
      ties += positives[i] * negatives[i] / 2;
      below += negatives[i];
    }
    double auc = wins / (p * n);
    Double se = deLong(positives, negatives, p, n, auc, positiveN, negativeN);
    return new BinnedAuc(auc, ties / (p * n), se);
  }

  /** V10_i = share of negatives below bin i, V01_i = share of positives above; halves for ties. */
  private static @Nullable Double deLong(
      double[] positives,
      double[] negatives,
      double p,
      double n,
      double auc,
      double positiveN,
      double negativeN) {
    if (positiveN <= 1 || negativeN <= 1) {
      return null;
    }
    double below = 0;
    double above = p;
    double spread10 = 0;
    double spread01 = 0;
    for (int i = 0; i < positives.length; i++) {
      above -= positives[i];
      double v10 = (below + negatives[i] / 2) / n - auc;
      double v01 = (above + positives[i] / 2) / p - auc;
      spread10 += positives[i] * v10 * v10;
      spread01 += negatives[i] * v01 * v01;
      below += negatives[i];
    }
    return Math.sqrt(spread10 / p / (positiveN - 1) + spread01 / n / (negativeN - 1));
  }

  /**
   * Average precision, sum of (recall step) x (precision), from high scores to low, each bin one
   * threshold.
   *
   * @return null without positives
   */
  public static @Nullable Double averagePrecision(double[] positives, double[] negatives) {
    double p = total(positives);
    if (!(p > 0)) {
      return null;
    }
    double hits = 0;
    double called = 0;
    double sum = 0;
    for (int i = positives.length - 1; i >= 0; i--) {
      hits += positives[i];
      called += positives[i] + negatives[i];
      sum += positives[i] == 0 ? 0 : positives[i] / p * hits / called;
    }
    return sum;
  }

  private static double total(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    return total;
  }
}
