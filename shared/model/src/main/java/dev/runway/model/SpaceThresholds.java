package dev.runway.model;

/**
 * What the traffic of an embedding space, and the predictions that rest on it, are held against.
 * They say when a reading is marked; no release is stopped by them.
 *
 * @param meanShift how far the mean of the vectors may move, in what vectors are apart from the
 *     mean
 * @param covarianceChange by what share of itself their covariance may change
 * @param normChange by what share mean lengths may grow or shrink: 0.25 for 0.8 to 1.25
 * @param unusableRise how much of the vectors may become NaN, infinite or zero beside those that
 *     were
 * @param freshnessSeconds in which 95 % of the vectors are to be stored after what caused them
 * @param mixedShare of the predictions that may rest on another version than most do
 */
public record SpaceThresholds(
    double meanShift,
    double covarianceChange,
    double normChange,
    double unusableRise,
    double freshnessSeconds,
    double mixedShare) {

  /** Those of a document that names none. */
  public static final SpaceThresholds USUAL = new SpaceThresholds(0.25, 0.5, 0.25, 0.01, 60, 0.01);

  /** Longest time to be stored that may be asked for: a week, as long as embeddings are kept. */
  public static final double MAX_FRESHNESS_SECONDS = 604_800;
}
