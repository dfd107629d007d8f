package dev.runway.drift.staleness;

import java.util.List;

/**
 * Data drift of a model as a whole: one important feature that has drifted far, or many that have
 * drifted at all.
 *
 * @param top the highest severity of a flagged feature, times its importance over the highest one
 * @param share importance of the flagged features over {@code shareFull} of all, at most 1
 */
public record DriftScore(double top, double share) {

  /**
   * One feature.
   *
   * @param psi debiased
   * @param importance at least 0, in any unit
   * @param flagged whether it has materially drifted
   */
  public record Feature(double psi, double importance, boolean flagged) {}

  /**
   * Of all features that were judged.
   *
   * @param shareFull share of importance that is drift of the whole, (0, 1]
   */
  public static DriftScore of(List<Feature> features, SeverityScale scale, double shareFull) {
    double most = 0;
    double all = 0;
    for (Feature feature : features) {
      most = Math.max(most, feature.importance());
      all += feature.importance();
    }
    if (all == 0) {
      return new DriftScore(0, 0);
    }
    double top = 0;
    double flagged = 0;
    for (Feature feature : features) {
      if (feature.flagged()) {
        top = Math.max(top, feature.importance() / most * scale.severity(feature.psi()));
        flagged += feature.importance();
      }
    }
    return new DriftScore(top, Math.min(1, flagged / all / shareFull));
  }

  /** The severity of the whole, 0 to 1. */
  public double score() {
    return Math.max(top, share);
  }
}
