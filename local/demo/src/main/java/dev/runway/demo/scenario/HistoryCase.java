package dev.runway.demo.scenario;

import dev.runway.demo.train.FeatureRow;

/**
 * One case of a sample as it happened, whoever would have predicted it.
 *
 * @param id of its prediction
 * @param atMillis when it was to be predicted, epoch milliseconds
 * @param positive the true class; without meaning when the outcome is never observed
 * @param observedAtMillis when the outcome is observed, or {@link DemoCase#NEVER}
 */
public record HistoryCase(
    String id,
    long atMillis,
    String segment,
    FeatureRow features,
    boolean positive,
    long observedAtMillis) {}
