package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** Weighted sum and sum of squares of one per-event value: its mean and its standard error. */
final class Moments implements Part<Moments> {

  final ExactSum sum = new ExactSum();
  final ExactSum squares = new ExactSum();

  void add(double value, long signedUnits) {
    sum.addWeighted(value, signedUnits);
    squares.addWeightedSquare(value, signedUnits);
  }

  @Override
  public void merge(Moments other, int sign) {
    sum.merge(other.sum, sign);
    squares.merge(other.squares, sign);
  }

  double mean(Tally events) {
    return sum.doubleValue() / events.weight();
  }

  /**
   * Standard error of the weighted mean, sqrt(variance / (effective n - 1)); for equal weights the
   * sample standard deviation over sqrt(n). Null below an effective n above 1.
   */
  @Nullable Double standardError(Tally events) {
    return standardError(sum.toBigDecimal(), squares.toBigDecimal(), events);
  }

  /** As above, for sums that were combined from several. */
  static @Nullable Double standardError(BigDecimal sum, BigDecimal squares, Tally events) {
    double n = events.effectiveN();
    if (n <= 1) {
      return null;
    }
    // Exact numbers: in doubles the difference of two large sums would lose its digits.
    BigDecimal weight = new BigDecimal(events.weight());
    BigDecimal spread = squares.multiply(weight).subtract(sum.multiply(sum));
    double variance = spread.divide(weight.multiply(weight), MathContext.DECIMAL128).doubleValue();
    return Math.sqrt(Math.max(0, variance) / (n - 1));
  }

  @Override
  public boolean isEmpty() {
    return sum.isZero() && squares.isZero();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    sum.write(out);
    squares.write(out);
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    sum.readFrom(in);
    squares.readFrom(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Moments that && that.sum.equals(sum) && that.squares.equals(squares);
  }

  @Override
  public int hashCode() {
    return 31 * sum.hashCode() + squares.hashCode();
  }
}
