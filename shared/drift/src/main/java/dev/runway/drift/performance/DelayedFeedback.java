package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * Corrections for outcomes that are late or observed with unequal probability. Pure functions on
 * arrays of equal length; an undefined result is null.
 */
public final class DelayedFeedback {

  /** Below this probability of having been observed a weight 1/F is mostly noise. */
  public static final double MIN_CDF = 0.2;

  private DelayedFeedback() {}

  /**
   * Rate of positives when only positives report, with their delay: mean of observed / F(age).
   *
   * @param observed 1 where a positive was observed, else 0
   * @param cdf F(age) per prediction, in (0, 1]; leave out ages below {@link #MIN_CDF}
   */
  public static @Nullable Double horvitzThompson(double[] observed, double[] cdf) {
    checkLengths(observed, cdf);
    double sum = 0;
    for (int i = 0; i < observed.length; i++) {
      sum += observed[i] / cdf[i];
    }
    return observed.length == 0 ? null : sum / observed.length;
  }

  /** The same rate as sum observed / sum F(age): lower variance, so preferred. */
  public static @Nullable Double exposureRatio(double[] observed, double[] cdf) {
    checkLengths(observed, cdf);
    double exposure = sum(cdf);
    return exposure > 0 ? sum(observed) / exposure : null;
  }

  /** Mean of values with weights 1/P(labelled), normalised by the weights (Hajek). */
  public static @Nullable Double hajek(double[] values, double[] weights) {
    checkLengths(values, weights);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * weights[i];
    }
    double total = sum(weights);
    return total > 0 ? sum / total : null;
  }

  /** Kish's effective sample size (sum w)^2 / sum w^2; 0 without weights. */
  public static double effectiveN(double[] weights) {
    double squares = 0;
    for (double weight : weights) {
      squares += weight * weight;
    }
    double total = sum(weights);
    return squares > 0 ? total * total / squares : 0;
  }

  /**
   * Weight of an observed positive under feedback shift (Yasui et al. 2020): 1 / P(S=1 | Y=1).
   *
   * @param observedGivenPositive probability that a positive was observed by now, in (0, 1]
   */
  public static double positiveWeight(double observedGivenPositive) {
    return 1 / observedGivenPositive;
  }

  /**
   * Weight of a prediction without a positive so far: P(Y=0 | none observed) = 1 - pi (1 - F) / (1
   * - pi F).
   *
   * @param positiveRate pi, probability of a positive outcome in the end
   * @param observedGivenPositive F, probability that a positive was observed by now
   */
  public static double negativeWeight(double positiveRate, double observedGivenPositive) {
    return 1
        - positiveRate * (1 - observedGivenPositive) / (1 - positiveRate * observedGivenPositive);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static void checkLengths(double[] left, double[] right) {
    if (left.length != right.length) {
      throw new IllegalArgumentException(
          "arrays of length " + left.length + " and " + right.length + " must be equally long");
    }
  }
}
