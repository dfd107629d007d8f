package dev.runway.drift.performance;

import java.util.ArrayList;
import java.util.List;

/**
 * Confidence-based performance estimation from counts: what the metrics of predictions without
 * labels are expected to be, given the rate of positives at each score. As {@link Cbpe}, which
 * takes each score as its own probability; beyond it every metric has an error.
 *
 * <p>The error has two parts. The labels to come are drawn with the rates, and so the metric that
 * will be measured scatters around its expectation. And the rates were measured on finitely many
 * labels themselves. Both follow from how much the metric changes when one prediction's outcome
 * turns positive (delta method). What is not in it: that scores may have changed their meaning
 * since, to which any such estimate is blind.
 *
 * @param name of the measured metric it stands for
 * @param value expected
 * @param labelVariance of the metric that will be measured, from the draw of its labels
 * @param calibrationVariance of the expectation, from the labels the rates rest on
 * @param n predictions
 */
public record EstimatedPerformance(
    String name, double value, double labelVariance, double calibrationVariance, long n) {

  /** Standard error of the measured metric around the estimate. */
  public double standardError() {
    return Math.sqrt(labelVariance + calibrationVariance);
  }

  /** Where the measured metric is expected with 95 %. */
  public Interval interval() {
    return Interval.normal(value, standardError(), 0, 1);
  }

  /**
   * The estimates that are defined: accuracy, precision, recall, f1 and auc, in this order.
   *
   * @param scores no count below 0
   */
  public static List<EstimatedPerformance> of(ScoreTallies scores, RateByScore rates) {
    return new Expected(scores, rates).all();
  }

  /** Expected counts, and what a positive outcome more changes in a metric of them. */
  private static final class Expected {
    private final RateByScore rates;
    private final double[] called = new double[ScoreBins.SIZE];
    private final double[] others = new double[ScoreBins.SIZE];
    private final double[] rate = new double[ScoreBins.SIZE];
    private final List<EstimatedPerformance> estimates = new ArrayList<>();
    private double n;
    private double calledN;
    private double positives;
    private double truePositives;

    Expected(ScoreTallies scores, RateByScore rates) {
      this.rates = rates;
      for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
        called[bin] = scores.get(bin, true);
        others[bin] = scores.get(bin, false);
        rate[bin] = rates.rate(bin);
        n += called[bin] + others[bin];
        calledN += called[bin];
        positives += (called[bin] + others[bin]) * rate[bin];
        truePositives += called[bin] * rate[bin];
      }
    }

    List<EstimatedPerformance> all() {
      if (n <= 0) {
        return List.of();
      }
      double trueNegatives = n - calledN - (positives - truePositives);
      add("accuracy", (truePositives + trueNegatives) / n, 1 / n, -1 / n);
      if (calledN > 0) {
        add("precision", truePositives / calledN, 1 / calledN, 0);
      }
      if (positives > 0) {
        double recall = truePositives / positives;
        add("recall", recall, (1 - recall) / positives, -recall / positives);
      }
      if (calledN + positives > 0) {
        double whole = calledN + positives;
        double f1 = 2 * truePositives / whole;
        add("f1", f1, (2 - f1) / whole, -f1 / whole);
      }
      auc();
      return estimates;
    }

    /**
     * @param ofCalled change of the metric when an outcome of a positive decision turns positive
     * @param ofOther the same of a negative decision
     */
    private void add(String name, double value, double ofCalled, double ofOther) {
      double noise = 0;
      double[] weights = new double[ScoreBins.SIZE];
      for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
        double spread = rate[bin] * (1 - rate[bin]);
        noise += (called[bin] * ofCalled * ofCalled + others[bin] * ofOther * ofOther) * spread;
        weights[bin] = called[bin] * ofCalled + others[bin] * ofOther;
      }
      add(name, value, noise, weights);
    }

    private void add(String name, double value, double noise, double[] weights) {
      estimates.add(
          new EstimatedPerformance(name, value, noise, rates.varianceOf(weights), Math.round(n)));
    }

    /** Each prediction is a positive with the rate of its score, and a negative with the rest. */
    private void auc() {
      double negatives = n - positives;
      double[] positive = new double[ScoreBins.SIZE];
      double[] negative = new double[ScoreBins.SIZE];
      for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
        positive[bin] = (called[bin] + others[bin]) * rate[bin];
        negative[bin] = called[bin] + others[bin] - positive[bin];
      }
      BinnedAuc auc = BinnedAuc.of(positive, negative, positives, negatives);
      if (auc == null) {
        return;
      }
      double noise = 0;
      double[] weights = new double[ScoreBins.SIZE];
      double below = 0;
      double above = positives;
      for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
        above -= positive[bin];
        double asPositive = (below + negative[bin] / 2) / negatives - auc.auc();
        double asNegative = (above + positive[bin] / 2) / positives - auc.auc();
        double turned = asPositive / positives - asNegative / negatives;
        double here = called[bin] + others[bin];
        noise += here * turned * turned * rate[bin] * (1 - rate[bin]);
        weights[bin] = here * turned;
        below += negative[bin];
      }
      add("auc", auc.auc(), noise, weights);
    }
  }
}
