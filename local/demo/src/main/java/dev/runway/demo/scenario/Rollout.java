package dev.runway.demo.scenario;

import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.model.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * How a retrained version takes over: alone with the first version until {@code from}, half the
 * traffic as an experiment until {@code until}, all of it from then on. With {@code from} equal to
 * {@code until} it takes over at once.
 */
record Rollout(
    String modelId,
    String experiment,
    Version first,
    Version second,
    long fromMillis,
    long untilMillis) {

  /** A trained version under its name. */
  record Version(String name, LogisticModel model) {}

  /** The prediction of whichever version serves this id at this time. */
  Prediction predict(String predictionId, long predictedAtMillis, String segment, FeatureRow row) {
    boolean split = predictedAtMillis >= fromMillis && predictedAtMillis < untilMillis;
    boolean challenger = predictedAtMillis >= untilMillis || (split && inSecondHalf(predictionId));
    Version version = challenger ? second : first;
    return prediction(
        predictionId,
        predictedAtMillis,
        segment,
        version.name(),
        version.model().probability(row),
        split ? (challenger ? "challenger" : "champion") : null);
  }

  private Prediction prediction(
      String predictionId,
      long predictedAtMillis,
      String segment,
      String version,
      double score,
      @Nullable String variant) {
    return new Prediction(
        predictionId,
        modelId,
        version,
        predictedAtMillis,
        score,
        null,
        Double.NaN,
        null,
        null,
        segment,
        variant == null ? null : experiment,
        variant,
        variant == null ? Double.NaN : 0.5,
        1);
  }

  // The top bit of a multiplicative hash: neighbouring ids fall on either side.
  private static boolean inSecondHalf(String predictionId) {
    return predictionId.hashCode() * 0x9E3779B9 < 0;
  }
}
