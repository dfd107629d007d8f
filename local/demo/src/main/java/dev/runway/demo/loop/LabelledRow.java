package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;

/**
 * What a training learns from: a prediction with its features as they were served, and what became
 * of it.
 */
public record LabelledRow(long atMillis, String segment, FeatureRow features, boolean positive) {
  private static final double SMALLEST = 1e-6;

  /** Negative log likelihood of the outcome, in nats; finite, for certainty counts as 1 - 1e-6. */
  static double loss(double probability, boolean positive) {
    double p = Math.min(Math.max(probability, SMALLEST), 1 - SMALLEST);
    return -Math.log(positive ? p : 1 - p);
  }

  /** The same with the other outcome. */
  LabelledRow reversed() {
    return new LabelledRow(atMillis, segment, features, !positive);
  }

  double loss(LogisticModel model) {
    return loss(model.probability(features), positive);
  }
}
