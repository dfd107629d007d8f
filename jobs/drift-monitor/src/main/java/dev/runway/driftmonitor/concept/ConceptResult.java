package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.concept.ConceptError;
import dev.runway.drift.concept.LabelledBins;
import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.Smoothing;

/**
 * What predictions mean now compared with what they meant in the reference; of enough labels.
 *
 * @param outcomes PSI of the outcomes alone, without what sampling adds
 */
record ConceptResult(ConceptDrift drift, ConceptError error, PsiTest outcomes) {
  private static final double LEVEL = 0.01;

  /** Severity of what looks like a warning and may be chance. */
  private static final double BELOW_WARNING = 0.49;

  static ConceptResult of(
      LabelledBins reference, LabelledBins now, long[] outcomesThen, long[] outcomesNow) {
    return new ConceptResult(
        ConceptDrift.of(reference, now),
        ConceptError.of(reference, now),
        PsiTest.of(BinnedShares.of(outcomesThen, outcomesNow, Smoothing.JEFFREYS), 1));
  }

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
    return drift.unlikely() && normalised() >= ConceptDrift.WARNING && materialP() < LEVEL;
  }

  /** 0.5 at the warning, 1 at the critical value; less than 0.5 unless it is material. */
  double severity() {
    double value = normalised();
    if (!drift.unlikely()) {
      return 0;
    }
    if (!isMaterial()) {
      return Math.min(BELOW_WARNING, 0.5 * value / ConceptDrift.WARNING);
    }
    double beyond = (value - ConceptDrift.WARNING) / (ConceptDrift.CRITICAL - ConceptDrift.WARNING);
    return Math.min(1, 0.5 + 0.5 * beyond);
  }
}
