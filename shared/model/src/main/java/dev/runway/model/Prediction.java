package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer of a model version. Features are not held here: {@link PredictionCodec} hands them to
 * a {@link FeatureSink} while it reads, so that a reader without use for them pays nothing.
 *
 * @param predictionId joins the outcome; unique per model
 * @param predictedAtMillis when the model answered, epoch milliseconds
 * @param score probability of the positive class (or of {@code label}), 0..1; NaN when absent
 * @param label predicted class; null when absent
 * @param value predicted number; NaN when absent
 * @param ranking ranked item ids, best first, at most {@link Limits#MAX_RANKING}; null when absent
 * @param entityId whom it is about, as a pseudonym
 * @param propensity probability with which the experiment chose this variant, (0, 1]; NaN when
 *     absent
 * @param weight one over the producer's own sampling probability, {@link Limits#MIN_WEIGHT} to
 *     {@link Limits#MAX_WEIGHT}; 1 when absent
 */
public record Prediction(
    String predictionId,
    String modelId,
    String modelVersion,
    long predictedAtMillis,
    double score,
    @Nullable String label,
    double value,
    @Nullable List<String> ranking,
    @Nullable String entityId,
    @Nullable String segment,
    @Nullable String experiment,
    @Nullable String variant,
    double propensity,
    double weight) {}
