package dev.runway.drift.concept;

import dev.runway.drift.statistics.ChiSquared;
import java.util.Arrays;
import java.util.List;

/**
 * The chain rule splits how far the joint law of score and label moved: KL(now(b, y) || then(b, y))
 * = KL(now(b) || then(b)) + sum over b of now(b) KL(now(y | b) || then(y | b)). The first part is a
 * change of who comes, the second of what their scores mean: concept drift (the split is that of
 * Webb et al. 2016). Cells are smoothed by half an event, save those that neither side has: they
 * are left out, for smoothing would make something of them.
 *
 * <p>G follows chi-square where each label is expected five times on either side. Of bins with
 * fewer it has up to 1.4 a degree without any change, which is 3 % of windows beyond the 1 % where
 * positives are rare; there it is taken in units of what chance makes of it ({@link LabelDraw}).
 *
 * @param jointKl both parts together, in nats
 * @param covariateKl the part of the scores
 * @param conditionalKl the part of the labels given the score
 * @param labelEntropy entropy of the reference's labels, in nats
 * @param g sum over the bins of the likelihood ratio statistics of (then, now) x label, from raw
 *     counts; where a label is expected less than five times, so scaled that its mean is not above
 *     the bin's degrees
 * @param degrees its degrees of freedom: for each bin with labels on both sides the labels that
 *     either has there, less 1; others add nothing to it
 * @param n labelled events now
 * @param fewestOfALabel events of the rarest label now
 */
public record ConceptDrift(
    double jointKl,
    double covariateKl,
    double conditionalKl,
    double labelEntropy,
    double g,
    int degrees,
    long n,
    long fewestOfALabel) {

  private static final double SMOOTHING = 0.5;

  /** Normalised drift that warns: about a rate of 0.50 that became 0.56. */
  public static final double WARNING = 0.01;

  /** Normalised drift that is critical: about a rate of 0.50 that became 0.63. */
  public static final double CRITICAL = 0.05;

  private static final double LEVEL = 0.01;
  private static final int MIN_LABELS = 1000;
  private static final int MIN_OF_A_LABEL = 50;

  /**
   * Drift from the reference to now.
   *
   * @param reference at least one event
   * @param current at least one event, over the same bins and labels
   */
  public static ConceptDrift of(LabelledBins reference, LabelledBins current) {
    if (reference.bins() != current.bins() || reference.labels() != current.labels()) {
      throw new IllegalArgumentException("other bins or labels");
    }
    if (reference.total() <= 0
        || current.total() <= 0
        || reference.anyNegative()
        || current.anyNegative()) {
      throw new IllegalArgumentException("a side is empty or has counts below 0");
    }
    int labels = reference.labels();
    int[] met = reference.labelsMet(current);
    double cells = SMOOTHING * Arrays.stream(met).sum();
    double n = reference.total() + cells;
    double m = current.total() + cells;
    double joint = 0;
    double covariate = 0;
    double g = 0;
    int degrees = 0;
    long[] referenceByBin = reference.byBin();
    long[] currentByBin = current.byBin();
    double[] labelShares = new double[labels];
    for (int bin = 0; bin < reference.bins(); bin++) {
      if (met[bin] == 0) {
        continue;
      }
      double p = (referenceByBin[bin] + SMOOTHING * met[bin]) / n;
      double q = (currentByBin[bin] + SMOOTHING * met[bin]) / m;
      covariate += q * Math.log(q / p);
      double gOfBin = 0;
      for (int label = 0; label < labels; label++) {
        long then = reference.get(bin, label);
        long now = current.get(bin, label);
        if (then + now == 0) {
          continue;
        }
        double pCell = (then + SMOOTHING) / n;
        double qCell = (now + SMOOTHING) / m;
        joint += qCell * Math.log(qCell / pCell);
        labelShares[label] += pCell;
        LabelDraw draw = new LabelDraw(then + now, referenceByBin[bin], currentByBin[bin]);
        gOfBin += g(draw, (double) then, (double) now);
      }
      if (referenceByBin[bin] > 0 && currentByBin[bin] > 0 && met[bin] > 1) {
        degrees += met[bin] - 1;
        g += gOfBin * scale(reference.draws(current, bin));
      }
    }
    return new ConceptDrift(
        joint,
        covariate,
        Math.max(0, joint - covariate),
        entropy(labelShares),
        g,
        degrees,
        current.total(),
        Arrays.stream(current.byLabel()).min().orElse(0));
  }

  /**
   * Degrees of freedom of a bin's G over its mean as long as nothing changes; 1 at most. Where
   * hardly one is expected the mean is below the degrees, for G is 0 or very high: stretched to
   * them it would be too high too often.
   */
  private static double scale(List<LabelDraw> labels) {
    if (labels.stream().noneMatch(LabelDraw::isOfFew)) {
      return 1;
    }
    double mean = 0;
    for (LabelDraw label : labels) {
      mean += label.mean((then, now) -> g(label, then, now));
    }
    return Math.min(1, (labels.size() - 1) / mean);
  }

  /** What one label adds to its bin's G. */
  private static double g(LabelDraw label, double then, double now) {
    double share = label.labels() / ((double) label.then() + label.now());
    return term(then, share * label.then()) + term(now, share * label.now());
  }

  private static double term(double observed, double expected) {
    return observed > 0 ? 2 * observed * Math.log(observed / expected) : 0;
  }

  private static double entropy(double[] shares) {
    double sum = 0;
    for (double share : shares) {
      sum -= share > 0 ? share * Math.log(share) : 0;
    }
    return sum;
  }

  /** Concept drift as a share of what the labels can tell: comparable across base rates. */
  public double normalised() {
    return conditionalKl / labelEntropy;
  }

  /**
   * Probability of a G this high when the labels' chances are what they were; 1 where no bin has
   * labels on both sides.
   */
  public double p() {
    return degrees == 0 ? 1 : ChiSquared.survival(g, degrees);
  }

  /** Whether there is enough to judge: 1,000 labels, 50 of the rarest. */
  public boolean enough() {
    return enoughResiduals(n) && fewestOfALabel >= MIN_OF_A_LABEL;
  }

  /**
   * Whether there is enough to judge where the label is a decile of the residual: 1,000 labels. One
   * of the deciles may be empty, for that is how drift of a number looks.
   *
   * @param n labelled events now
   */
  public static boolean enoughResiduals(long n) {
    return n >= MIN_LABELS;
  }

  /** Whether chance exceeds G in less than 1 %. */
  public boolean unlikely() {
    return p() < LEVEL;
  }

  /**
   * Whether the value may decide anything: 1,000 labels, 50 of the rarest, and a G that chance
   * exceeds in less than 1 %.
   */
  public boolean significant() {
    return enough() && unlikely();
  }
}
