package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** How many events, their weight, and the squares of their weights for the effective n. */
final class Tally implements Part<Tally> {

  private long count;
  private final WeightSum units = new WeightSum();
  private final ExactSum squares = new ExactSum();

  /** Adds one event, or takes it back with negative units. */
  void add(long signedUnits) {
    add(signedUnits, 1);
  }

  /** Adds a number of events of the same weight each. */
  void add(long signedUnits, int events) {
    count += signedUnits < 0 ? -events : events;
    units.add(signedUnits, events);
    squares.addWeighted(Weight.toDouble(Math.abs(signedUnits)) * events, signedUnits);
  }

  @Override
  public void merge(Tally other, int sign) {
    count += sign * other.count;
    units.merge(other.units, sign);
    squares.merge(other.squares, sign);
  }

  Tally plus(Tally other) {
    Tally sum = new Tally();
    sum.merge(this, 1);
    sum.merge(other, 1);
    return sum;
  }

  /** Events without weights. */
  long count() {
    return count;
  }

  WeightSum units() {
    return units;
  }

  double weight() {
    return units.weight();
  }

  /** Nothing to divide by: empty, or more taken back than added so far. */
  boolean undefined() {
    return units.signum() <= 0 || count <= 0 || squares.signum() <= 0;
  }

  /** More taken back than added so far. */
  boolean isNegative() {
    return units.signum() < 0 || count < 0 || squares.signum() < 0;
  }

  /** Kish's (sum w)^2 / sum w^2: exactly the count when all weights are equal; 0 if undefined. */
  double effectiveN() {
    if (undefined()) {
      return 0;
    }
    // units^2 are steps of 2^-40, the sum of squares counts steps of 2^-80.
    BigInteger weightSquared = units.exact().pow(2).shiftLeft(40);
    BigInteger squareSum = squares.unscaled();
    if (squareSum.multiply(BigInteger.valueOf(count)).equals(weightSquared)) {
      return count;
    }
    return new BigDecimal(weightSquared)
        .divide(new BigDecimal(squareSum), MathContext.DECIMAL128)
        .doubleValue();
  }

  @Override
  public boolean isEmpty() {
    return count == 0 && units.isEmpty() && squares.isZero();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Varints.writeSigned(out, count);
    units.write(out);
    squares.write(out);
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    count = Varints.readSigned(in);
    units.readFrom(in);
    squares.readFrom(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tally that
        && that.count == count
        && that.units.equals(units)
        && that.squares.equals(squares);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(count) + units.hashCode();
  }
}
