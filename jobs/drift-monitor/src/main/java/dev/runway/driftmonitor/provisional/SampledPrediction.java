package dev.runway.driftmonitor.provisional;

import dev.runway.driftmonitor.merge.BaselineKey;

/**
 * A prediction of a version without baseline that may become part of one.
 *
 * @param key of the version, without a profile
 * @param position where the prediction's id lies among all; the lowest ones are the sample
 * @param features as {@link SampledFeatures} writes them
 */
public record SampledPrediction(
    BaselineKey key, long predictedAtMillis, long position, byte[] features) {}
