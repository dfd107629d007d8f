package dev.runway.model;

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
    long revision) {

  /** Key of its record: a newer finding about the same comparison replaces it. */
  public byte[] key() {
    return RecordKey.of(modelId, modelVersion, experiment, variant, control, metric);
  }
}
