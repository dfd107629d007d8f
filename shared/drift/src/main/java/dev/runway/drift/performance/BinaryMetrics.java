package dev.runway.drift.performance;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of {@link BinaryCounts}.
 *
 * <p>Shares carry Wilson intervals, F1 the image of Wilson's interval of the Jaccard index, means
 * and the AUC (DeLong) +- 1.96 standard errors; all with Kish's effective n. {@code mcc}, {@code
 * ece}, {@code ece_expected}, {@code mce} and {@code average_precision} have no interval.
 */
final class BinaryMetrics {

  private final BinaryCounts counts;
  private final Tally events;
  private final Tally positives;
  private final Tally negatives;

  /** Whether sums of weights per bin can be read. */
  private final boolean binned;

  BinaryMetrics(BinaryCounts counts) {
    this.counts = counts;
    positives = counts.positives();
    negatives = counts.negatives();
    events = positives.plus(negatives);
    binned = events.units().fitsLong();
  }

  List<Metric> all() {
    List<Metric> metrics = new ArrayList<>();
    Tally right = counts.truePositive.plus(counts.trueNegative);
    metrics.add(Metric.share("accuracy", right, events));
    metrics.add(
        Metric.share(
            "precision", counts.truePositive, counts.truePositive.plus(counts.falsePositive)));
    metrics.add(Metric.share("recall", counts.truePositive, positives));
    metrics.add(Metric.share("specificity", counts.trueNegative, negatives));
    metrics.add(f1());
    metrics.add(balancedAccuracy());
    metrics.add(Metric.plain("mcc", mcc(), events));
    metrics.add(Metric.mean("log_loss", counts.logLoss, 0, Double.POSITIVE_INFINITY, events));
    metrics.add(Metric.mean("brier", counts.brier, 0, 1, events));
    addRankMetrics(metrics);
    addCalibration(metrics);
    metrics.add(Metric.share("base_rate", positives, events));
    return metrics;
  }

  private Metric f1() {
    Tally involved = counts.truePositive.plus(counts.falsePositive).plus(counts.falseNegative);
    if (involved.undefined()) {
      return Metric.undefined("f1", involved);
    }
    double jaccard = counts.truePositive.weight() / involved.weight();
    double n = involved.effectiveN();
    Interval wilson = Interval.wilson(jaccard, n);
    Interval mapped = new Interval(f1OfJaccard(wilson.low()), f1OfJaccard(wilson.high()));
    double slope = 2 / ((1 + jaccard) * (1 + jaccard));
    double se = slope * Math.sqrt(jaccard * (1 - jaccard) / n);
    return Metric.within("f1", f1OfJaccard(jaccard), mapped, se, involved);
  }

  private static double f1OfJaccard(double jaccard) {
    return 2 * jaccard / (1 + jaccard);
  }

  /** Standard error from two independent binomials, one a class. */
  private Metric balancedAccuracy() {
    if (positives.undefined() || negatives.undefined()) {
      return Metric.undefined("balanced_accuracy", events);
    }
    double recall = counts.truePositive.weight() / positives.weight();
    double specificity = counts.trueNegative.weight() / negatives.weight();
    double variance =
        recall * (1 - recall) / positives.effectiveN()
            + specificity * (1 - specificity) / negatives.effectiveN();
    double value = (recall + specificity) / 2;
    return Metric.normal("balanced_accuracy", value, Math.sqrt(variance) / 2, 0, 1, events);
  }

  private @Nullable Double mcc() {
    double tp = counts.truePositive.weight();
    double fp = counts.falsePositive.weight();
    double fn = counts.falseNegative.weight();
    double tn = counts.trueNegative.weight();
    double product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
    return product > 0 ? (tp * tn - fp * fn) / Math.sqrt(product) : null;
  }

  private void addRankMetrics(List<Metric> metrics) {
    if (!binned) {
      metrics.add(Metric.undefined("auc", events));
      metrics.add(Metric.undefined("average_precision", events));
      return;
    }
    double[] positiveBins = weights(counts.positiveScores);
    double[] negativeBins = weights(counts.negativeScores);
    BinnedAuc auc =
        positives.undefined() || negatives.undefined()
            ? null
            : BinnedAuc.of(
                positiveBins, negativeBins, positives.effectiveN(), negatives.effectiveN());
    if (auc == null) {
      metrics.add(Metric.undefined("auc", events));
    } else {
      metrics.add(
          Metric.normal("auc", auc.auc(), auc.se(), 0, 1, events)
              .boundedBy(auc.auc() - auc.slack(), auc.auc() + auc.slack()));
    }
    Double precision =
        positives.undefined() ? null : BinnedAuc.averagePrecision(positiveBins, negativeBins);
    metrics.add(Metric.plain("average_precision", precision, events));
  }

  private static double[] weights(BinCounts bins) {
    double[] weights = new double[ScoreBins.SIZE];
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      weights[bin] = Weight.toDouble(bins.get(bin));
    }
    return weights;
  }

  private void addCalibration(List<Metric> metrics) {
    ScoreCalibration calibration = new ScoreCalibration(counts, events, positives, binned);
    metrics.add(calibration.ratio());
    metrics.add(calibration.expectedError());
    metrics.add(calibration.expectedErrorIfCalibrated());
    metrics.add(calibration.maximumError());
    metrics.add(calibration.meanScore());
  }
}
