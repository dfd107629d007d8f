package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.EstimatedPerformance;
import dev.runway.drift.performance.Interval;
import dev.runway.driftmonitor.concept.MaturedWindow;

/**
 * The accuracy that was said of a window before its labels came.
 *
 * @param labelVariance of the accuracy of {@code predictions} around the estimate
 */
record Said(double accuracy, double labelVariance, double calibrationVariance, long predictions) {

  /** Labels without which a window is no proof of anything. */
  private static final long LEAST_LABELS = 30;

  /** A difference that matters to nobody: half of the loss of accuracy that warns. */
  private static final double TOLERATED = 0.01;

  static Said of(EstimatedPerformance accuracy) {
    return new Said(
        accuracy.value(), accuracy.labelVariance(), accuracy.calibrationVariance(), accuracy.n());
  }

  static boolean isTestedBy(MaturedWindow window) {
    return window.labels() >= LEAST_LABELS;
  }

  /**
   * Whether the measured accuracy lies within the 95 % interval of the estimate, or so close that
   * it does not matter. Fewer labels than predictions scatter more, by their draw and by which
   * predictions have them: where these are any, one of them is right as often as the estimate says,
   * with the variance of such a draw. What of it is not the scatter of the labels is between the
   * predictions, and ends where all have labels.
   */
  boolean agrees(MaturedWindow window) {
    double labels = window.labels();
    double measured = window.right() / labels;
    double drawn = labelVariance * predictions;
    double between = Math.max(0, accuracy * (1 - accuracy) - drawn);
    double unlabelled = Math.max(0, 1 - labels / predictions);
    double variance = (drawn + between * unlabelled) / labels + calibrationVariance;
    return Math.abs(measured - accuracy) <= Math.max(TOLERATED, Interval.Z * Math.sqrt(variance));
  }
}
