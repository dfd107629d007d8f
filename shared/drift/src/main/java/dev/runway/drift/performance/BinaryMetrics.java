package dev.runway.drift.performance;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of {@link BinaryCounts}.
 *
 * <p>Shares carry Wilson intervals, F1 the image of Wilson's interval of the Jaccard index, means
 * +- 1.96 standard errors; all with Kish's effective n. The AUC's interval is 1.96 standard errors
 * (DeLong) below its lower and above its upper bound. {@code mcc}, {@code ece}, {@code
 * ece_expected}, {@code mce}, {@code average_precision} and the parts of the Brier score have no
 * interval.
 */
final class BinaryMetrics {

  private final BinaryCounts counts;
  private final Tally events;
  private final Tally positives;
  private final Tally negatives;

  /** Whether the sums of weights per bin can be read: none wrapped, none below 0. */
  private final boolean binned;

  BinaryMetrics(BinaryCounts counts) {
    this.counts = counts;
    positives = counts.positives();
    negatives = counts.negatives();
    events = positives.plus(negatives);
    binned =
        events.units().fitsLong()
            && !counts.positiveScores.anyNegative()
            && !counts.negativeScores.anyNegative()
            && counts.calibration.isReadable();
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
    ScoreCalibration calibration = new ScoreCalibration(counts, events, positives, binned);
    metrics.addAll(ranks());
    metrics.addAll(calibration.errors());
    metrics.add(Metric.share("base_rate", positives, events));
    metrics.addAll(calibration.decomposition());
    return metrics;
  }

  private Metric f1() {
    Tally involved = counts.truePositive.plus(counts.falsePositive).plus(counts.falseNegative);
    if (involved.undefined() || incomplete()) {
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
    if (positives.undefined() || negatives.undefined() || incomplete()) {
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

  /** More was taken back from a cell than added so far. */
  private boolean incomplete() {
    return counts.truePositive.isNegative()
        || counts.falsePositive.isNegative()
        || counts.falseNegative.isNegative()
        || counts.trueNegative.isNegative();
  }

  private @Nullable Double mcc() {
    if (incomplete()) {
      return null;
    }
    double tp = counts.truePositive.weight();
    double fp = counts.falsePositive.weight();
    double fn = counts.falseNegative.weight();
    double tn = counts.trueNegative.weight();
    double product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
    return product > 0 ? (tp * tn - fp * fn) / Math.sqrt(product) : null;
  }

  private List<Metric> ranks() {
    double[] positiveBins = weights(counts.positiveScores);
    double[] negativeBins = weights(counts.negativeScores);
    return List.of(auc(positiveBins, negativeBins), averagePrecision(positiveBins, negativeBins));
  }

  /** The interval is that of the sample around all that the bins leave open. */
  private Metric auc(double[] positiveBins, double[] negativeBins) {
    BinnedAuc auc =
        !binned || positives.undefined() || negatives.undefined()
            ? null
            : BinnedAuc.of(
                positiveBins, negativeBins, positives.effectiveN(), negatives.effectiveN());
    if (auc == null) {
      return Metric.undefined("auc", events);
    }
    double low = Math.max(0, auc.auc() - auc.slack());
    double high = Math.min(1, auc.auc() + auc.slack());
    Double se = auc.se();
    Metric metric =
        se == null
            ? Metric.plain("auc", auc.auc(), events)
            : Metric.within("auc", auc.auc(), Interval.around(low, high, se, 0, 1), se, events);
    return metric.boundedBy(low, high);
  }

  private Metric averagePrecision(double[] positiveBins, double[] negativeBins) {
    BinnedPrecision precision =
        !binned || positives.undefined() ? null : BinnedPrecision.of(positiveBins, negativeBins);
    return precision == null
        ? Metric.undefined("average_precision", events)
        : Metric.plain("average_precision", precision.value(), events)
            .boundedBy(precision.low(), precision.high());
  }

  private static double[] weights(BinCounts bins) {
    double[] weights = new double[ScoreBins.SIZE];
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      weights[bin] = Weight.toDouble(bins.get(bin));
    }
    return weights;
  }
}
