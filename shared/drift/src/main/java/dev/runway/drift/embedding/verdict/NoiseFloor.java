package dev.runway.drift.embedding.verdict;

import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.StabilityReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two trainings of a space without any intended change have in common: nothing better can be
 * asked of a new version.
 *
 * @param sampleSize items among which the overlap was measured; 0 for {@link #ideal}
 * @param neighbours k of the overlap
 * @param overlap k-NN overlap, above 0
 * @param cka debiased CKA, above 0
 * @param alignedCosine mean cosine after rotation, above 0
 */
public record NoiseFloor(
    int sampleSize, int neighbours, double overlap, double cka, double alignedCosine) {

  /** Two trainings of one space have more in common; shuffled ids have 0.01 of their neighbours. */
  private static final double LEAST = 0.25;

  private static final List<EmbeddingMetric> DECISIVE =
      List.of(
          EmbeddingMetric.KNN_OVERLAP,
          EmbeddingMetric.CKA_DEBIASED,
          EmbeddingMetric.ALIGNED_COSINE);

  /** Checks the ranges. */
  public NoiseFloor {
    if (!(overlap > 0 && overlap <= 1 && cka > 0 && cka <= 1)
        || !(alignedCosine > 0 && alignedCosine <= 1)) {
      throw new IllegalArgumentException(
          "a baseline pair with overlap %s, CKA %s and aligned cosine %s"
              .formatted(overlap, cka, alignedCosine));
    }
  }

  /**
   * Training without noise: the strictest floor there is, for a space whose baseline pair is not
   * known.
   */
  public static NoiseFloor ideal() {
    return new NoiseFloor(0, 0, 1, 1, 1);
  }

  /**
   * The floor that a baseline pair sets.
   *
   * @throws IllegalArgumentException if a measure is missing, for the pair has too few items
   */
  public static NoiseFloor of(StabilityReport pair) {
    return new NoiseFloor(
        pair.sampleSize(),
        pair.neighbours(),
        needed(pair, EmbeddingMetric.KNN_OVERLAP),
        needed(pair, EmbeddingMetric.CKA_DEBIASED),
        needed(pair, EmbeddingMetric.ALIGNED_COSINE));
  }

  /**
   * The floor that a baseline pair sets; null if it has too few items, or so little in common that
   * it is no other training of the same space and would excuse anything.
   */
  public static @Nullable NoiseFloor find(StabilityReport pair) {
    for (EmbeddingMetric metric : DECISIVE) {
      Double value = pair.value(metric);
      if (value == null || value < LEAST) {
        return null;
      }
    }
    return of(pair);
  }

  private static double needed(StabilityReport pair, EmbeddingMetric metric) {
    Double value = pair.value(metric);
    if (value == null) {
      throw new IllegalArgumentException(
          "the baseline pair has no %s: %s of %d pairs"
              .formatted(metric.code(), pair.reading(metric).gap(), pair.pairs()));
    }
    return value;
  }

  /** Whether an overlap of such a report can be compared with this one. */
  boolean isComparable(StabilityReport report) {
    return sampleSize == 0
        || (sampleSize == report.sampleSize() && neighbours == report.neighbours());
  }
}
