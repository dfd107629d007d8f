package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Click rate freed of position bias: each position weighs 1 / propensity, normalised by the sum of
 * these weights (Hajek), with Wilson's interval at their effective n.
 */
final class InversePropensity implements Part<InversePropensity> {

  private long positions;
  private final ExactSum clicks = new ExactSum();
  private final ExactSum weights = new ExactSum();
  private final ExactSum squares = new ExactSum();

  void add(double[] relevances, double[] propensities, long signedUnits) {
    double listWeight = Weight.toDouble(Math.abs(signedUnits));
    for (int i = 0; i < relevances.length; i++) {
      double inverse = 1 / propensities[i];
      positions += signedUnits < 0 ? -1 : 1;
      weights.addWeighted(inverse, signedUnits);
      squares.addWeighted(inverse * inverse * listWeight, signedUnits);
      if (relevances[i] > 0) {
        clicks.addWeighted(inverse, signedUnits);
      }
    }
  }

  @Override
  public void merge(InversePropensity other, int sign) {
    positions += sign * other.positions;
    clicks.merge(other.clicks, sign);
    weights.merge(other.weights, sign);
    squares.merge(other.squares, sign);
  }

  Metric metric() {
    double weight = weights.doubleValue();
    double square = squares.doubleValue();
    if (!(positions > 0 && weight > 0 && square > 0)) {
      return new Metric("ctr_ips", null, null, null, null, null, null, positions, 0);
    }
    double rate = clicks.doubleValue() / weight;
    if (!(rate >= 0 && rate <= 1)) {
      return new Metric("ctr_ips", null, null, null, null, null, null, positions, 0);
    }
    double n = weight * weight / square;
    Interval interval = Interval.wilson(rate, n);
    double se = Math.sqrt(Math.max(0, rate * (1 - rate)) / n);
    return new Metric(
        "ctr_ips", rate, interval.low(), interval.high(), se, null, null, positions, n);
  }

  @Override
  public boolean isEmpty() {
    return positions == 0 && clicks.isZero() && weights.isZero() && squares.isZero();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Varints.writeSigned(out, positions);
    clicks.write(out);
    weights.write(out);
    squares.write(out);
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    positions = Varints.readSigned(in);
    clicks.readFrom(in);
    weights.readFrom(in);
    squares.readFrom(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InversePropensity that
        && positions == that.positions
        && clicks.equals(that.clicks)
        && weights.equals(that.weights)
        && squares.equals(that.squares);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(positions) + clicks.hashCode();
  }
}
