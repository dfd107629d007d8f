package dev.runway.drift.embedding.verdict;

import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.StabilityReport;
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
 * @param instability of the eigenspace, below 1
 * @param neighboursLost share of the items that lost their neighbours, at most
 * @param cosinesLost share of the items far from their place even after rotation, at most
 * @param normsChanged share of the items with another length, at most
 * @param itemsMoved share of the items that are elsewhere even after rotation, at most
 * @param dimensionsMoved share of the dimensions that do not agree even after rotation
 */
public record NoiseFloor(
    int sampleSize,
    int neighbours,
    double overlap,
    double cka,
    double alignedCosine,
    double instability,
    double neighboursLost,
    double cosinesLost,
    double normsChanged,
    double itemsMoved,
    double dimensionsMoved) {

  /**
   * Two trainings of one space have more in common; in published experiments versions with half
   * their neighbours in common change 9 to 16 % of the predictions made from them.
   */
  private static final double LEAST = 0.5;

  /**
   * How far numbers of items may be apart: a tenth moves an overlap by a hundredth, where twice as
   * many items move it by a tenth.
   */
  private static final double OTHER_SAMPLE = 0.1;

  /** Checks the ranges. */
  public NoiseFloor {
    if (!(overlap > 0 && overlap <= 1 && cka > 0 && cka <= 1)
        || !(alignedCosine > 0 && alignedCosine <= 1)
        || !(instability >= 0 && instability < 1)) {
      throw new IllegalArgumentException(
          "a baseline pair with overlap %s, CKA %s, aligned cosine %s, instability %s"
              .formatted(overlap, cka, alignedCosine, instability));
    }
    if (!(neighboursLost >= 0 && cosinesLost >= 0 && normsChanged >= 0)
        || !(itemsMoved >= 0 && dimensionsMoved >= 0)) {
      throw new IllegalArgumentException(
          "a baseline pair that lost %s %s %s and moved %s %s"
              .formatted(neighboursLost, cosinesLost, normsChanged, itemsMoved, dimensionsMoved));
    }
  }

  /**
   * Training without noise: the strictest floor there is, for a space whose baseline pair is not
   * known.
   */
  public static NoiseFloor ideal() {
    return new NoiseFloor(0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0);
  }

  /**
   * The floor that a baseline pair sets; null if it has too few items, or so little in common that
   * it is no other training of the same space and would excuse anything.
   */
  public static @Nullable NoiseFloor find(StabilityReport pair) {
    double overlap = value(pair, EmbeddingMetric.KNN_OVERLAP, 0);
    double cka = value(pair, EmbeddingMetric.CKA_DEBIASED, 0);
    double alignedCosine = value(pair, EmbeddingMetric.ALIGNED_COSINE, 0);
    double instability = value(pair, EmbeddingMetric.EIGENSPACE_INSTABILITY, 1);
    double least = Math.min(Math.min(overlap, cka), Math.min(alignedCosine, 1 - instability));
    if (least < LEAST || !VerdictPolicy.isCovered(pair)) {
      return null;
    }
    return new NoiseFloor(
        pair.sampleSize(),
        pair.neighbours(),
        overlap,
        cka,
        alignedCosine,
        instability,
        high(pair, EmbeddingMetric.KNN_LOST),
        high(pair, EmbeddingMetric.ALIGNED_COSINE_LOST),
        high(pair, EmbeddingMetric.NORM_CHANGED),
        high(pair, EmbeddingMetric.ALIGNED_ITEMS_MOVED),
        value(pair, EmbeddingMetric.ALIGNED_DIMENSIONS_MOVED, 0));
  }

  private static double value(StabilityReport pair, EmbeddingMetric metric, double missing) {
    Double value = pair.value(metric);
    return value == null ? missing : value;
  }

  /** What chance alone makes of a share. */
  private static double high(StabilityReport pair, EmbeddingMetric share) {
    Double high = pair.reading(share).high();
    return high == null ? 0 : high;
  }

  /** Whether an overlap of such a report can be compared with this one. */
  boolean isComparable(StabilityReport report) {
    return sampleSize == 0
        || (Math.abs(sampleSize - report.sampleSize()) <= OTHER_SAMPLE * sampleSize
            && neighbours == report.neighbours());
  }
}
