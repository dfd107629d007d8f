package dev.runway.drift.embedding;

import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;

/**
 * What two versions of a space have in common.
 *
 * @param pairs items whose vectors are usable in both versions
 * @param unusablePairs items with a vector that is not
 * @param sampleSize items among which neighbours were looked for
 * @param neighbours how many of each
 * @param readings one of every metric, in their order
 * @param rotation what brings an older row vector x closest to the newer one, x R; null with fewer
 *     pairs than it takes
 */
public record StabilityReport(
    long pairs,
    long unusablePairs,
    int dimensionsBefore,
    int dimensionsAfter,
    int sampleSize,
    int neighbours,
    Map<EmbeddingMetric, EmbeddingReading> readings,
    @Nullable DMatrixRMaj rotation) {

  /** The value of a metric, null where it was not computed. */
  public @Nullable Double value(EmbeddingMetric metric) {
    return reading(metric).value();
  }

  public EmbeddingReading reading(EmbeddingMetric metric) {
    EmbeddingReading reading = readings.get(metric);
    if (reading == null) {
      throw new IllegalStateException("no reading of " + metric);
    }
    return reading;
  }
}
