package dev.runway.driftmonitor.count;

import dev.runway.model.FeatureSink;

/**
 * Features as an event sends them, without those that are named like an output of the model: under
 * such a name the model's own answer is counted. The event is not refused, for the join takes it.
 */
final class SentFeatures implements FeatureSink {
  private final FeatureSink to;

  SentFeatures(FeatureSink to) {
    this.to = to;
  }

  @Override
  public void number(String name, double value) {
    if (!PredictionCounting.isOutput(name)) {
      to.number(name, value);
    }
  }

  @Override
  public void category(String name, String value) {
    if (!PredictionCounting.isOutput(name)) {
      to.category(name, value);
    }
  }

  @Override
  public void missing(String name) {
    if (!PredictionCounting.isOutput(name)) {
      to.missing(name);
    }
  }
}
