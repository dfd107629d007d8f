package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of a regression model. With d = outcome - prediction, what is too low (d &gt; 0) and
 * what is too high (d &lt; 0) are summed apart, from which mean errors, bias and both pinball
 * losses follow. The metrics are in {@link RegressionMetrics}.
 */
public final class RegressionCounts implements OutcomeCounts {

  /** Largest magnitude of a prediction or an outcome, so that weighted squares stay exact. */
  public static final double MAX_VALUE = 1e12;

  /** Rows with |error / outcome| above this count as an outcome of zero for MAPE. */
  static final double MAX_RELATIVE_ERROR = 1e12;

  final Tally events;
  final Tally percentage;
  final Moments under;
  final Moments over;
  final Moments outcome;
  final Moments magnitude;
  final ExactSum errorTimesMagnitude;
  final Moments relative;
  final Moments symmetric;

  public RegressionCounts() {
    events = new Tally();
    percentage = new Tally();
    under = new Moments();
    over = new Moments();
    outcome = new Moments();
    magnitude = new Moments();
    errorTimesMagnitude = new ExactSum();
    relative = new Moments();
    symmetric = new Moments();
  }

  private RegressionCounts(DataInput in) throws IOException {
    events = Tally.read(in);
    percentage = Tally.read(in);
    under = Moments.read(in);
    over = Moments.read(in);
    outcome = Moments.read(in);
    magnitude = Moments.read(in);
    errorTimesMagnitude = ExactSum.read(in);
    relative = Moments.read(in);
    symmetric = Moments.read(in);
  }

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
    if (!accepts(predicted, actual)) {
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
    errorTimesMagnitude.addWeightedProduct(error, Math.abs(actual), units);
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

  /** Whether {@link #add} would take this pair: finite and within +-1e12. */
  public static boolean accepts(double predicted, double actual) {
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
  public void add(OutcomeCounts other) {
    merge(other, 1);
  }

  @Override
  public void subtract(OutcomeCounts other) {
    merge(other, -1);
  }

  private void merge(OutcomeCounts other, int sign) {
    if (!(other instanceof RegressionCounts that)) {
      throw new IllegalArgumentException("cannot merge " + other.task() + " into " + task());
    }
    events.merge(that.events, sign);
    percentage.merge(that.percentage, sign);
    under.merge(that.under, sign);
    over.merge(that.over, sign);
    outcome.merge(that.outcome, sign);
    magnitude.merge(that.magnitude, sign);
    errorTimesMagnitude.merge(that.errorTimesMagnitude, sign);
    relative.merge(that.relative, sign);
    symmetric.merge(that.symmetric, sign);
  }

  @Override
  public boolean isEmpty() {
    return events.isEmpty()
        && percentage.isEmpty()
        && under.isEmpty()
        && over.isEmpty()
        && outcome.isEmpty()
        && magnitude.isEmpty()
        && errorTimesMagnitude.isZero()
        && relative.isEmpty()
        && symmetric.isEmpty();
  }

  @Override
  public long count() {
    return events.count();
  }

  @Override
  public long weightUnits() {
    return events.units();
  }

  @Override
  public List<Metric> metrics() {
    return new RegressionMetrics(this).all();
  }

  @Override
  public void writeContent(DataOutput out) throws IOException {
    events.write(out);
    percentage.write(out);
    under.write(out);
    over.write(out);
    outcome.write(out);
    magnitude.write(out);
    errorTimesMagnitude.write(out);
    relative.write(out);
    symmetric.write(out);
  }

  static RegressionCounts readContent(DataInput in) throws IOException {
    return new RegressionCounts(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegressionCounts that
        && events.equals(that.events)
        && percentage.equals(that.percentage)
        && under.equals(that.under)
        && over.equals(that.over)
        && outcome.equals(that.outcome)
        && magnitude.equals(that.magnitude)
        && errorTimesMagnitude.equals(that.errorTimesMagnitude)
        && relative.equals(that.relative)
        && symmetric.equals(that.symmetric);
  }

  @Override
  public int hashCode() {
    return 31 * events.hashCode() + outcome.hashCode();
  }
}
