package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * The finding of an experiment that ran outside Runway: a signal, never computed here.
 *
 * @param metric what was compared, in the experiment's own words
 * @param variant the arm that was compared with {@code control}
 * @param difference variant minus control, in units of the metric
 * @param low lower end of the 95 % interval of the difference
 * @param high upper end of the 95 % interval
 * @param samples observations of both arms
 * @param revision rises with every update of the finding: an older one never replaces a newer one
 * @param controlValue the metric in the control arm, of which a difference is a share; null when
 *     the experiment does not say
 * @param better which way the metric is better; null when the experiment does not say
 */
public record ExperimentResult(
    String modelId,
    String modelVersion,
    String experiment,
    String variant,
    String control,
    String metric,
    double difference,
    double low,
    double high,
    long samples,
    long startedAtMillis,
    long endedAtMillis,
    long revision,
    @Nullable Double controlValue,
    @Nullable Better better) {

  /** Which way a metric is better. The names are part of the contract: never renamed. */
  public enum Better {
    HIGHER,
    LOWER
  }

  /** Of an experiment that says neither of how much nor which way is better. */
  public ExperimentResult(
      String modelId,
      String modelVersion,
      String experiment,
      String variant,
      String control,
      String metric,
      double difference,
      double low,
      double high,
      long samples,
      long startedAtMillis,
      long endedAtMillis,
      long revision) {
    this(
        modelId,
        modelVersion,
        experiment,
        variant,
        control,
        metric,
        difference,
        low,
        high,
        samples,
        startedAtMillis,
        endedAtMillis,
        revision,
        null,
        null);
  }

  /** Key of its record: a newer finding about the same comparison replaces it. */
  public byte[] key() {
    return RecordKey.of(modelId, modelVersion, experiment, variant, control, metric);
  }
}
