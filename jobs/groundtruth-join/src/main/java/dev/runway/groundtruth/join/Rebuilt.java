package dev.runway.groundtruth.join;

import dev.runway.drift.performance.Weight;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;

/**
 * Events in JSON again, from what the join keeps of them. Dead letters of the join carry these
 * bytes: shipping the original bytes of every event, for the few that are refused here, would cost
 * more than the join. Topic, partition and offset say where the original is.
 */
final class Rebuilt {
  private Rebuilt() {}

  static byte[] bytes(AdmittedPrediction event) {
    return PredictionCodec.write(
        new Prediction(
            event.key().predictionId(),
            event.key().modelId(),
            event.version(),
            event.predictedAtMillis(),
            event.score(),
            event.label(),
            event.value(),
            event.ranking(),
            null,
            event.segment(),
            null,
            event.variant(),
            Double.NaN,
            Weight.toDouble(event.weightUnits())));
  }

  static byte[] bytes(AdmittedOutcome event) {
    return OutcomeCodec.write(event.event());
  }
}
