package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * Area under the ROC curve from one score histogram per class, ties inside a bin counted one half.
 *
 * @param auc sum pos_i (negBelow_i + neg_i / 2) / (P N)
 * @param slack sum pos_i neg_i / (2 P N): the exact value lies in auc +- slack for sure; 0 when no
 *     bin holds both classes
 * @param se DeLong's standard error of the same histogram, equal to that of the raw scores when
 *     each bin holds one score; that of Hanley and McNeil when a class is a single event; null when
 *     that says nothing either
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
    Double se =
        positiveN > 1 && negativeN > 1
            ? deLong(positives, negatives, p, n, auc, positiveN, negativeN)
            : ofSingle(auc, positiveN, negativeN);
    return new BinnedAuc(auc, ties / (p * n), se);
  }

  /** At an AUC of 0 or 1 the formula gives 0, as if one event proved it. */
  private static @Nullable Double ofSingle(double auc, double positiveN, double negativeN) {
    return positiveN >= 1 && negativeN >= 1 && auc > 0 && auc < 1
        ? hanleyMcNeil(auc, positiveN, negativeN)
        : null;
  }

  /** V10_i = share of negatives below bin i, V01_i = share of positives above; halves for ties. */
  private static Double deLong(
      double[] positives,
      double[] negatives,
      double p,
      double n,
      double auc,
      double positiveN,
      double negativeN) {
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
   * Standard error of Hanley and McNeil (1982), which takes scores as exponential in each class.
   *
   * @param positives effective number of positives, at least 1
   * @param negatives effective number of negatives, at least 1
   */
  public static double hanleyMcNeil(double auc, double positives, double negatives) {
    double q1 = auc / (2 - auc);
    double q2 = 2 * auc * auc / (1 + auc);
    double variance =
        auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc);
    return Math.sqrt(Math.max(0, variance) / (positives * negatives));
  }

  private static double total(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    return total;
  }
}
