package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptBins;
import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.concept.ConceptError;
import dev.runway.drift.concept.LabelledBins;
import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.performance.LabelledScores;

/** Compares what scores mean now with what they meant in the reference. */
final class ConceptMeasure {
  private static final double LEVEL = 0.01;

  /** Severity of what looks like a warning and may be chance. */
  private static final double BELOW_WARNING = 0.49;

  private final LabelledScores referenceScores;
  private final ConceptBins bins;
  private final LabelledBins reference;

  ConceptMeasure(LabelledScores reference) {
    referenceScores = reference;
    bins = ConceptBins.of(reference);
    this.reference = bins.fold(reference);
  }

  /**
   * A comparison.
   *
   * @param compared labels in bins that the reference knows
   * @param labelPsi of the outcomes alone, without what sampling adds
   */
  record Result(ConceptDrift drift, ConceptError error, long compared, PsiTest labelPsi) {
    /** Concept drift as a share of what labels can tell, without what sampling adds. */
    double normalised() {
      return Math.max(0, drift.conditionalKl() - error.bias()) / drift.labelEntropy();
    }

    double standardError() {
      return error.standardError() / drift.labelEntropy();
    }

    /** Probability of outcomes this different when concept drift does not matter. */
    double materialP() {
      return error.materialP(drift, ConceptDrift.WARNING);
    }

    /** Conditional drift that matters, and that chance does not explain. */
    boolean isMaterial() {
      return drift.significant() && normalised() >= ConceptDrift.WARNING && materialP() < LEVEL;
    }

    /** 0.5 at the warning, 1 at the critical value; less than 0.5 unless it is material. */
    double severity() {
      double value = normalised();
      if (!drift.significant()) {
        return 0;
      }
      if (!isMaterial()) {
        return Math.min(BELOW_WARNING, 0.5 * value / ConceptDrift.WARNING);
      }
      double beyond =
          (value - ConceptDrift.WARNING) / (ConceptDrift.CRITICAL - ConceptDrift.WARNING);
      return Math.min(1, 0.5 + 0.5 * beyond);
    }
  }

  boolean isEnough(LabelledScores current) {
    LabelledBins now = bins.fold(current);
    return now.total() > 0 && ConceptDrift.of(reference, now).enough();
  }

  /**
   * @param current enough labels
   */
  Result of(LabelledScores current) {
    LabelledBins now = bins.fold(current);
    PsiTest labels =
        PsiTest.of(
            BinnedShares.of(outcomes(referenceScores), outcomes(current), Smoothing.JEFFREYS), 1);
    return new Result(
        ConceptDrift.of(reference, now), ConceptError.of(reference, now), now.total(), labels);
  }

  private static long[] outcomes(LabelledScores scores) {
    return new long[] {scores.count() - scores.positives(), scores.positives()};
  }
}
