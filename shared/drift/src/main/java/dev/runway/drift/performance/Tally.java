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
  private long units;
  private final ExactSum squares = new ExactSum();

  /** Adds one event, or takes it back with negative units. */
  void add(long signedUnits) {
    add(signedUnits, 1);
  }

  /** Adds a number of events of the same weight each. */
  void add(long signedUnits, int events) {
    count += signedUnits < 0 ? -events : events;
    units += signedUnits * events;
    squares.addWeighted(Weight.toDouble(Math.abs(signedUnits)) * events, signedUnits);
  }

  @Override
  public void merge(Tally other, int sign) {
    count += sign * other.count;
    units += sign * other.units;
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

  long units() {
    return units;
  }

  double weight() {
    return Weight.toDouble(units);
  }

  /** Nothing to divide by: empty, or more taken back than added so far. */
  boolean undefined() {
    return units <= 0 || count <= 0;
  }

  /** Kish's (sum w)^2 / sum w^2: exactly the count when all weights are equal; 0 if undefined. */
  double effectiveN() {
    if (undefined() || squares.isZero()) {
      return 0;
    }
    // units^2 are steps of 2^-40, the sum of squares counts steps of 2^-80.
    BigInteger weightSquared = BigInteger.valueOf(units).pow(2).shiftLeft(40);
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
    return count == 0 && units == 0 && squares.isZero();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Varints.writeSigned(out, count);
    Varints.writeSigned(out, units);
    squares.write(out);
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    count = Varints.readSigned(in);
    units = Varints.readSigned(in);
    squares.readFrom(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tally that
        && that.count == count
        && that.units == units
        && that.squares.equals(squares);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * count + units);
  }
}
