package dev.runway.drift.embedding;

import java.util.Locale;

/** What is measured of two versions of a space, see {@link StabilityReport}. */
public enum EmbeddingMetric {
  /** Share of an item's nearest neighbours that both versions have, among the sampled items. */
  KNN_OVERLAP,
  /** Common neighbours over those of either version. */
  KNN_JACCARD,
  /** Share of the items that have at most two of ten nearest neighbours in common. */
  KNN_LOST,
  /** Linear CKA of all pairs, with the bias of few pairs. */
  CKA,
  CKA_DEBIASED,
  /** Change of the strong directions that the items span; 0 for none. */
  EIGENSPACE_INSTABILITY,
  /** Share of directions in common. */
  EIGENSPACE_OVERLAP,
  /** Cosine of an item's two vectors as they are. */
  RAW_COSINE,
  /** Share of the sampled items whose cosine is below 0.5. */
  RAW_COSINE_LOST,
  /** What is left after rotation and scale, in [0, 2]. */
  PROCRUSTES_RESIDUAL,
  /** Cosine of an item's two vectors after rotation. */
  ALIGNED_COSINE,
  /** Share of the sampled items whose cosine is below 0.5 even after rotation. */
  ALIGNED_COSINE_LOST,
  /** The cosine below which 1 % of the items are after rotation. */
  ALIGNED_COSINE_P01,
  ALIGNED_COSINE_P05,
  ALIGNED_COSINE_P50,
  /** Mean length of the newer vectors over that of the older ones. */
  NORM_RATIO,
  /** Share of the sampled items whose own length ratio is not within 0.8 to 1.25. */
  NORM_CHANGED,
  /** Distance of the mean vectors. */
  CENTROID_DISTANCE,
  /** Cosine of the mean vectors. */
  CENTROID_COSINE,
  /** Mean cosine of two different items' vectors of one version. */
  ANISOTROPY_BEFORE,
  ANISOTROPY_AFTER,
  /**
   * Dimensions that would spread the vectors as evenly as they are (exponential of the entropy).
   */
  EFFECTIVE_RANK_BEFORE,
  EFFECTIVE_RANK_AFTER,
  /** The same by squares, which look at the strongest directions. */
  PARTICIPATION_RATIO_BEFORE,
  PARTICIPATION_RATIO_AFTER,
  /** Dimensions that are the same number for all items. */
  DEAD_DIMENSIONS_BEFORE,
  DEAD_DIMENSIONS_AFTER,
  /** Share of the vectors that have NaN or infinite numbers. */
  NOT_FINITE_BEFORE,
  NOT_FINITE_AFTER,
  /** Share of the vectors that are zeros alone. */
  ZERO_BEFORE,
  ZERO_AFTER,
  /** Share of the vectors that are either: nobody can use them. */
  UNUSABLE_BEFORE,
  UNUSABLE_AFTER,
  /** Items that both versions have over those of the version that has more. */
  COVERAGE,
  /** Share of the older version's items that the newer one does not have. */
  MISSING_AFTER,
  /** Share of the dimensions whose numbers agree no more: concordance below 0.5. */
  DIMENSIONS_MOVED,
  /** The same after rotation. */
  ALIGNED_DIMENSIONS_MOVED,
  /**
   * Share of the sampled items that moved by more than 0.7 of what items are apart from the mean.
   */
  ITEMS_MOVED,
  /** The same after rotation. */
  ALIGNED_ITEMS_MOVED;

  /** Lower snake case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
