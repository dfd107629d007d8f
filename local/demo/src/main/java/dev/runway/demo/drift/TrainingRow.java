package dev.runway.demo.drift;

import dev.runway.demo.train.FeatureRow;

/**
 * One row of a training set.
 *
 * @param atMillis when its prediction would have been made, epoch milliseconds
 * @param segment the segment it would have had
 * @param score what the trained version says of it
 */
public record TrainingRow(long atMillis, String segment, FeatureRow features, double score) {}
