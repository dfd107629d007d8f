package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptBins;
import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.concept.LabelledBins;
import dev.runway.drift.performance.LabelledScores;

/** Compares what scores mean now with what they meant in the reference. */
final class ConceptMeasure {
  private final LabelledScores referenceScores;
  private final ConceptBins bins;
  private final LabelledBins reference;

  ConceptMeasure(LabelledScores reference) {
    referenceScores = reference;
    bins = ConceptBins.of(reference);
    this.reference = bins.fold(reference);
  }

  boolean isEnough(LabelledScores current) {
    LabelledBins now = bins.fold(current);
    return now.total() > 0 && ConceptDrift.of(reference, now).enough();
  }

  /**
   * @param current enough labels
   */
  ConceptResult of(LabelledScores current) {
    return ConceptResult.of(
        reference, bins.fold(current), outcomes(referenceScores), outcomes(current));
  }

  private static long[] outcomes(LabelledScores scores) {
    return new long[] {scores.count() - scores.positives(), scores.positives()};
  }
}
