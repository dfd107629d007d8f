package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * How far scores are probabilities: from sums of score and outcome in 15 right-closed bins of equal
 * width (Guo et al. 2017).
 */
final class ScoreCalibration {

  private final BinaryCounts counts;
  private final Tally events;
  private final Tally positives;
  private final boolean binned;
  private final double scoreSum;

  ScoreCalibration(BinaryCounts counts, Tally events, Tally positives, boolean binned) {
    this.counts = counts;
    this.events = events;
    this.positives = positives;
    this.binned = binned;
    scoreSum = counts.calibrationScore.total().doubleValue();
  }

  /** Sum of scores over sum of outcomes; standard error of a ratio by the delta method. */
  Metric ratio() {
    if (events.undefined() || positives.undefined()) {
      return Metric.undefined("calibration_ratio", events);
    }
    double weight = events.weight();
    double baseRate = positives.weight() / weight;
    double ratio = scoreSum / positives.weight();
    double crossMean = counts.positiveScore.sum.doubleValue() / weight;
    double variance = scoreSquareMean() - 2 * ratio * crossMean + ratio * ratio * baseRate;
    Double se = standardErrorOf(variance);
    return Metric.normal(
        "calibration_ratio",
        ratio,
        se == null ? null : se / baseRate,
        0,
        Double.POSITIVE_INFINITY,
        events);
  }

  Metric meanScore() {
    if (events.undefined()) {
      return Metric.undefined("mean_score", events);
    }
    double mean = scoreSum / events.weight();
    Double se = standardErrorOf(scoreSquareMean() - mean * mean);
    return Metric.normal("mean_score", mean, se, 0, 1, events);
  }

  /** (p - y)^2 = p^2 - 2 p y + y, so the mean of p^2 follows from the Brier score. */
  private double scoreSquareMean() {
    ExactSum squares = new ExactSum();
    squares.addExact(counts.brier.sum);
    squares.addExact(counts.positiveScore.sum);
    squares.addExact(counts.positiveScore.sum);
    return (squares.doubleValue() - positives.weight()) / events.weight();
  }

  private @Nullable Double standardErrorOf(double variance) {
    double n = events.effectiveN();
    return n > 1 ? Math.sqrt(Math.max(0, variance) / (n - 1)) : null;
  }

  Metric expectedError() {
    if (events.undefined() || !binned) {
      return Metric.undefined("ece", events);
    }
    double gaps = 0;
    for (int bin = 0; bin < BinaryCounts.CALIBRATION_BINS; bin++) {
      gaps += Math.abs(gap(bin));
    }
    return Metric.plain("ece", gaps / events.weight(), events);
  }

  /** Weighted sum of (score - outcome) in a bin. */
  private double gap(int bin) {
    double positive = Weight.toDouble(counts.calibrationPositive.get(bin));
    return counts.calibrationScore.get(bin) - positive;
  }

  /**
   * What the ECE is expected to be if the scores are calibrated, because it is biased upwards: sum
   * of n_b/n sqrt(2/pi c_b (1 - c_b) / n_b), c_b the mean score of bin b.
   */
  Metric expectedErrorIfCalibrated() {
    if (events.undefined() || !binned) {
      return Metric.undefined("ece_expected", events);
    }
    double sum = 0;
    for (int bin = 0; bin < BinaryCounts.CALIBRATION_BINS; bin++) {
      double share = Weight.toDouble(counts.calibrationWeight.get(bin)) / events.weight();
      if (share > 0) {
        double score = meanScore(bin);
        double n = share * events.effectiveN();
        sum += share * Math.sqrt(2 / Math.PI * Math.max(0, score * (1 - score)) / n);
      }
    }
    return Metric.plain("ece_expected", sum, events);
  }

  private double meanScore(int bin) {
    return counts.calibrationScore.get(bin) / Weight.toDouble(counts.calibrationWeight.get(bin));
  }

  /** Largest |mean score - base rate| of a bin. */
  Metric maximumError() {
    if (events.undefined() || !binned) {
      return Metric.undefined("mce", events);
    }
    double largest = 0;
    for (int bin = 0; bin < BinaryCounts.CALIBRATION_BINS; bin++) {
      long units = counts.calibrationWeight.get(bin);
      if (units > 0) {
        largest = Math.max(largest, Math.abs(gap(bin)) / Weight.toDouble(units));
      }
    }
    return Metric.plain("mce", largest, events);
  }
}
