package dev.runway.demo.truth;

import org.jspecify.annotations.Nullable;

/**
 * What is true of a model's predictions of one group, from the samples alone. Undefined values are
 * null.
 *
 * @param group period, version or segment
 * @param predictions distinct predictions
 * @param labelled those whose outcome was observed within the horizon
 * @param afterHorizon those whose outcome was observed later
 * @param coverage labelled / predictions
 * @param auc exact area under the ROC curve, ties counted half
 * @param accuracy share of decisions at the threshold that were right
 * @param logLoss mean, nats, likelihoods clipped to [1e-15, 1 - 1e-15]
 * @param calibration sum of scores over sum of positives
 * @param delayP50Millis median delay of the labelled, nearest rank
 * @param delayP95Millis 95 % quantile of the same
 */
public record TruthRow(
    String modelId,
    String group,
    long predictions,
    long labelled,
    long afterHorizon,
    double coverage,
    @Nullable Double auc,
    @Nullable Double accuracy,
    @Nullable Double logLoss,
    @Nullable Double calibration,
    @Nullable Double delayP50Millis,
    @Nullable Double delayP95Millis) {}
