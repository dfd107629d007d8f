package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * A prediction with what became of it. Records of one {@code (modelId, predictionId)} replace each
 * other: the highest revision counts.
 *
 * @param revision rises with every fact (prediction, outcome, retraction) that is merged and when
 *     silence becomes a negative; a final one is {@link #FINAL_REVISION} and more, and comes from
 *     what counts in the end, never from arrival
 * @param score see {@link Prediction}; NaN when absent
 * @param value see {@link Prediction}; NaN when absent
 * @param weight the producer's weight times one over Runway's own sampling rate
 * @param actualLabel the observed class; null when absent
 * @param actualValue the reduced outcome: 1 or 0 for binary tasks, target, or sum of relevances;
 *     NaN while unlabelled
 * @param delayMillis from the prediction to the observation that decides; -1 when none did
 * @param outcomes outcomes that count, after retractions
 */
public record GroundTruth(
    String modelId,
    String predictionId,
    long revision,
    Maturity maturity,
    LabelStatus status,
    String modelVersion,
    long predictedAtMillis,
    double score,
    @Nullable String label,
    double value,
    @Nullable String segment,
    @Nullable String variant,
    double weight,
    @Nullable String actualLabel,
    double actualValue,
    long delayMillis,
    int outcomes) {

  /** Revisions of final records begin here; below 2^53, so that JSON readers keep every bit. */
  public static final long FINAL_REVISION = 1L << 52;
}
