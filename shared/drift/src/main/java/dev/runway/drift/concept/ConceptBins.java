package dev.runway.drift.concept;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.ScoreBins;

/**
 * The score bins in which concept drift is measured, frozen with the reference: its deciles, and
 * none wider than a twentieth of the scale. Immutable.
 *
 * <p>A decile alone may be wide: that of a reference whose scores are mostly low reaches from 0.3
 * to 1. When the traffic moves up inside of it, the rate of positives in the bin rises although no
 * score has changed its meaning. And where the reference has hardly a label, nothing is known of
 * what scores meant: predictions there are left out on both sides.
 */
public final class ConceptBins {

  private static final int DECILES = 10;
  private static final double WIDEST = 0.05;

  /** Labels of the reference that a bin needs to be compared. */
  private static final long LEAST = 20;

  private static final int LEFT_OUT = -1;

  private final int[] binOf;
  private final int size;

  private ConceptBins(int[] binOf, int size) {
    this.binOf = binOf;
    this.size = size;
  }

  /**
   * The bins of a reference.
   *
   * @throws IllegalArgumentException if no bin has enough labels
   */
  public static ConceptBins of(LabelledScores reference) {
    long total = reference.count();
    int[] binOf = new int[ScoreBins.SIZE];
    int size = 0;
    int first = 0;
    long n = 0;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      n += reference.count(bin);
      boolean last = bin == ScoreBins.SIZE - 1;
      boolean wide = !last && ScoreBins.upperEdge(bin + 1) - ScoreBins.lowerEdge(first) > WIDEST;
      if (n * DECILES >= total || wide || last) {
        int number = n >= LEAST ? size++ : LEFT_OUT;
        for (int i = first; i <= bin; i++) {
          binOf[i] = number;
        }
        first = bin + 1;
        n = 0;
      }
    }
    if (size == 0) {
      throw new IllegalArgumentException(total + " labels fill no bin with " + LEAST);
    }
    return new ConceptBins(binOf, size);
  }

  public int size() {
    return size;
  }

  /** Counts of positive and negative outcomes in these bins. */
  public LabelledBins fold(LabelledScores scores) {
    LabelledBins bins = new LabelledBins(size, 2);
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      if (binOf[bin] != LEFT_OUT) {
        bins.add(binOf[bin], 1, scores.positives(bin));
        bins.add(binOf[bin], 0, scores.count(bin) - scores.positives(bin));
      }
    }
    return bins;
  }
}
