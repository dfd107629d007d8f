package dev.runway.drift.concept;

import dev.runway.drift.statistics.NoncentralChiSquared;
import java.util.Arrays;
import java.util.List;

/**
 * What sampling does to the conditional part of {@link ConceptDrift}. Of a bin with m labels now
 * and n in the reference, the divergence of its rates is known as well as m n / (m + n) labels tell
 * it: where traffic has moved to scores of which the reference has few, that is less than 1 / (1/M
 * + 1/N) of the whole.
 *
 * <p>A bin without labels now says nothing of what its scores mean. Smoothing gives it even shares
 * all the same, and so a divergence that would rise as soon as the traffic leaves it: all of that
 * is bias.
 *
 * <p>Where fewer than five of a label are to be expected the formula for many is too high, and the
 * mean over all that chance can draw is taken instead ({@link LabelDraw}).
 *
 * @param bias nats that it is too high on average when nothing changed: (1 + m / n) / 2M for each
 *     bin and label that either side has in it, but one; in bins of few labels the mean of all
 *     draws
 * @param standardError in nats, by the delta method over the cells of both sides
 * @param effectiveN sum of m n / (m + n)
 */
public record ConceptError(double bias, double standardError, double effectiveN) {

  private static final double SMOOTHING = 0.5;

  /**
   * One bin's part of the divergence.
   *
   * @param n smoothed total of the reference; m of now
   * @param p smoothed share of the bin in the reference; q now
   */
  private record Smoothed(double n, double m, double p, double q) {
    /** What a label adds. */
    double at(double then, double now) {
      double qCell = (now + SMOOTHING) / m;
      return qCell * Math.log(qCell / q / ((then + SMOOTHING) / n / p));
    }
  }

  private static double mean(List<LabelDraw> labels, Smoothed bin) {
    double mean = 0;
    for (LabelDraw label : labels) {
      mean += label.mean(bin::at);
    }
    return mean;
  }

  /**
   * The error of the drift from a reference to now.
   *
   * @param reference at least one event
   * @param current at least one event, over the same bins and labels
   */
  public static ConceptError of(LabelledBins reference, LabelledBins current) {
    int labels = reference.labels();
    int[] met = reference.labelsMet(current);
    double cells = SMOOTHING * Arrays.stream(met).sum();
    double n = reference.total() + cells;
    double m = current.total() + cells;
    long[] referenceByBin = reference.byBin();
    long[] currentByBin = current.byBin();
    double[] currentSums = new double[2];
    double[] referenceSums = new double[2];
    double bias = 0;
    double effectiveN = 0;
    for (int bin = 0; bin < reference.bins(); bin++) {
      double p = (referenceByBin[bin] + SMOOTHING * met[bin]) / n;
      double q = (currentByBin[bin] + SMOOTHING * met[bin]) / m;
      double now = currentByBin[bin];
      double then = referenceByBin[bin];
      if (now > 0 && then > 0) {
        effectiveN += now * then / (now + then);
      }
      List<LabelDraw> draws = reference.draws(current, bin);
      if (draws.stream().noneMatch(LabelDraw::isOfFew)) {
        bias += draws.isEmpty() ? 0 : (met[bin] - 1) * (1 + now / then) / (2.0 * current.total());
      } else {
        bias += mean(draws, new Smoothed(n, m, p, q));
      }
      if (now == 0) {
        continue;
      }
      for (int label = 0; label < labels; label++) {
        if (reference.get(bin, label) + current.get(bin, label) == 0) {
          continue;
        }
        double pCell = (reference.get(bin, label) + SMOOTHING) / n;
        double qCell = (current.get(bin, label) + SMOOTHING) / m;
        add(currentSums, qCell, Math.log(qCell / q / (pCell / p)));
        add(referenceSums, pCell, q / p - qCell / pCell);
      }
    }
    double variance = variance(currentSums) / m + variance(referenceSums) / n;
    return new ConceptError(bias, Math.sqrt(variance), effectiveN);
  }

  /**
   * Probability of outcomes this different when concept drift is not material. If each bin diverges
   * by delta, G follows the non-central chi-square law with lambda = 2 delta {@code effectiveN}; so
   * what it is compared with rises with the labels, and what is real but small is never alarmed.
   *
   * @param drift of the same bins
   * @param normalised drift that is tolerated, as {@link ConceptDrift#normalised()}
   */
  public double materialP(ConceptDrift drift, double normalised) {
    if (drift.degrees() == 0) {
      return 1;
    }
    double delta = normalised * drift.labelEntropy();
    return NoncentralChiSquared.survival(drift.g(), drift.degrees(), 2 * delta * effectiveN);
  }

  private static void add(double[] sums, double share, double slope) {
    sums[0] += share * slope;
    sums[1] += share * slope * slope;
  }

  private static double variance(double[] sums) {
    return Math.max(0, sums[1] - sums[0] * sums[0]);
  }
}
