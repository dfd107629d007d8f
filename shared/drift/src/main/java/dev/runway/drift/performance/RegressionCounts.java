package dev.runway.drift.performance;

import java.util.List;

/**
 * Statistics of a regression model. With d = outcome - prediction, what is too low (d &gt; 0) and
 * what is too high (d &lt; 0) are summed apart, from which mean errors, bias and both pinball
 * losses follow. The metrics are in {@link RegressionMetrics}.
 */
public final class RegressionCounts extends TaskCounts implements OutcomeCounts {

  /** Largest magnitude of a prediction or an outcome, so that weighted squares stay exact. */
  public static final double MAX_VALUE = 1e12;

  /** Rows with |error / outcome| above this count as an outcome of zero for MAPE. */
  static final double MAX_RELATIVE_ERROR = 1e12;

  final Tally events = new Tally();
  final Tally percentage = new Tally();
  final Moments under = new Moments();
  final Moments over = new Moments();
  final Moments outcome = new Moments();
  final Moments magnitude = new Moments();
  final Total errorTimesMagnitude = new Total();
  final Moments relative = new Moments();
  final Moments symmetric = new Moments();

  private final List<Part<?>> parts =
      List.of(
          events,
          percentage,
          under,
          over,
          outcome,
          magnitude,
          errorTimesMagnitude,
          relative,
          symmetric);

  /**
   * Adds or retracts one prediction with its outcome.
   *
   * @param predicted finite, magnitude at most 1e12
   * @param actual the outcome, same limits
   * @param weightUnits {@link Weight} of the event, {@link Weight#ONE} if unsampled
   * @param sign 1 adds, -1 retracts what the same arguments added
   * @throws IllegalArgumentException if an argument is out of range; nothing is changed then
   */
  public void add(double predicted, double actual, long weightUnits, int sign) {
    if (!inRange(predicted, actual)) {
      throw new IllegalArgumentException(
          "prediction " + predicted + " or outcome " + actual + " is not within +-1e12");
    }
    long units = Weight.signed(weightUnits, sign);
    double difference = actual - predicted;
    double error = Math.abs(difference);
    events.add(units);
    (difference > 0 ? under : over).add(error, units);
    outcome.add(actual, units);
    magnitude.add(Math.abs(actual), units);
    errorTimesMagnitude.sum.addWeightedProduct(error, Math.abs(actual), units);
    addRelative(predicted, actual, error, units);
  }

  private void addRelative(double predicted, double actual, double error, long units) {
    double ratio = error / Math.abs(actual);
    if (actual != 0 && ratio <= MAX_RELATIVE_ERROR) {
      percentage.add(units);
      relative.add(ratio, units);
    }
    // Both zero is a perfect prediction: no error, not 0/0.
    if (error != 0) {
      symmetric.add(2 * error / (Math.abs(actual) + Math.abs(predicted)), units);
    }
  }

  private static boolean inRange(double predicted, double actual) {
    // Also false for NaN.
    return Math.abs(predicted) <= MAX_VALUE && Math.abs(actual) <= MAX_VALUE;
  }

  /** Events left out of MAPE because the outcome is zero, without weights. */
  public long skippedZero() {
    return events.count() - percentage.count();
  }

  @Override
  public Task task() {
    return Task.REGRESSION;
  }

  @Override
  public long count() {
    return events.count();
  }

  @Override
  public double weight() {
    return events.weight();
  }

  @Override
  public List<Metric> metrics() {
    return new RegressionMetrics(this).all();
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }
}
