package dev.runway.drift.experiment;

import dev.runway.drift.statistics.ChiSquared;
import java.util.Arrays;

/**
 * Whether the arms of an experiment have the traffic they were meant to have: where they have not,
 * something assigns or loses units by arm, and no other number of the experiment holds.
 *
 * @param chiSquare distance of the counts from what was planned
 * @param degrees arms less 1
 */
public record SampleRatio(double chiSquare, int degrees) {

  /**
   * Compares units by arm with the plan.
   *
   * @param counts units by arm, at least one in all
   * @param weights planned share by arm, each above 0; scaled to add up to 1
   */
  public static SampleRatio of(long[] counts, double[] weights) {
    double total = Arrays.stream(counts).sum();
    if (counts.length != weights.length || counts.length < 2 || !(total > 0)) {
      throw new IllegalArgumentException(
          "%d counts, %d weights, %.0f units".formatted(counts.length, weights.length, total));
    }
    if (!Arrays.stream(weights).allMatch(weight -> weight > 0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException("weights " + Arrays.toString(weights));
    }
    double all = Arrays.stream(weights).sum();
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = total * weights[i] / all;
      sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return new SampleRatio(sum, counts.length - 1);
  }

  /** Probability of counts this far from the plan when it is kept. */
  public double p() {
    return ChiSquared.survival(chiSquare, degrees);
  }
}
