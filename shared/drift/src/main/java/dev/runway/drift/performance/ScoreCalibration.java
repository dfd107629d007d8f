package dev.runway.drift.performance;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far scores are probabilities. Ratio and mean score rest on exact sums, the rest on 15 {@link
 * CalibrationBins}; Brier score = reliability - resolution + uncertainty up to what scores vary
 * inside a bin.
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
    scoreSum = counts.calibration.score.total().doubleValue();
  }

  List<Metric> errors() {
    return List.of(
        ratio(),
        ofBins("ece", CalibrationBins::expectedError),
        ofBins("ece_expected", bins -> bins.expectedErrorIfCalibrated(events.effectiveN())),
        ofBins("mce", CalibrationBins::maximumError),
        meanScore());
  }

  /** Murphy's decomposition of the Brier score. */
  List<Metric> decomposition() {
    return List.of(
        ofBins("brier_reliability", CalibrationBins::reliability),
        ofBins("brier_resolution", CalibrationBins::resolution),
        ofBins("brier_uncertainty", CalibrationBins::uncertainty));
  }

  private Metric ofBins(String name, ToDoubleFunction<CalibrationBins> value) {
    return events.undefined() || !binned
        ? Metric.undefined(name, events)
        : Metric.plain(name, value.applyAsDouble(counts.calibration), events);
  }

  /** Sum of scores over sum of outcomes; standard error of a ratio by the delta method. */
  private Metric ratio() {
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

  private Metric meanScore() {
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
}
