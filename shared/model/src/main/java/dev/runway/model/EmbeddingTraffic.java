package dev.runway.model;

import dev.runway.model.EmbeddingStability.Metric;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the vectors of one version of an embedding space were in one window, beside those that the
 * version began with. It says whether traffic drifts, and how fresh it is; whether a version can
 * take the place of another is what an {@link EmbeddingStability} says. Of one version's window the
 * reading with the most vectors counts.
 *
 * @param windowStartMillis first time of storing that is part of the window, included
 * @param windowEndMillis end of the window, excluded
 * @param documentRevision of the space's document, whose thresholds it was held against
 * @param dimensions of the vectors; 0 where there were none
 * @param vectors how many were looked at, of the space's sample of items
 * @param gone how often an item left the version
 * @param reference what it was compared with; null while the version is too young to have one
 * @param metrics one of each that there is
 * @param breached those that are beyond their threshold for sure, by their names
 */
public record EmbeddingTraffic(
    String spaceId,
    String embeddingVersion,
    long windowStartMillis,
    long windowEndMillis,
    long documentRevision,
    int dimensions,
    long vectors,
    long gone,
    @Nullable Reference reference,
    List<Metric> metrics,
    List<String> breached) {

  /**
   * The windows that a version began with, added up.
   *
   * @param startMillis of the first one
   * @param endMillis of the last one
   * @param vectors in all of them
   */
  public record Reference(long startMillis, long endMillis, long vectors) {}

  public EmbeddingTraffic {
    metrics = List.copyOf(metrics);
    breached = List.copyOf(breached);
  }

  /** The number of a metric, or null. */
  public @Nullable Double value(String metric) {
    for (Metric known : metrics) {
      if (known.metric().equals(metric)) {
        return known.value();
      }
    }
    return null;
  }

  /** Names of the metrics that are beyond their threshold, as a JSON array. */
  public String breachedJson() {
    return breached.stream()
        .map(name -> '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Metrics by name as one JSON object. */
  public String metricsJson() {
    byte[] json =
        JsonBytes.object(
            byName -> {
              for (Metric metric : metrics) {
                byName.object(
                    metric.metric(), one -> EmbeddingStabilityFields.writeBody(one, metric));
              }
            });
    return new String(json, StandardCharsets.UTF_8);
  }
}
