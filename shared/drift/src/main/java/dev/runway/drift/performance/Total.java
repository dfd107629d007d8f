package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One exact sum as a part. */
final class Total implements Part<Total> {

  final ExactSum sum = new ExactSum();

  @Override
  public void merge(Total other, int sign) {
    sum.merge(other.sum, sign);
  }

  @Override
  public boolean isEmpty() {
    return sum.isZero();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    sum.write(out);
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    sum.readFrom(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Total that && that.sum.equals(sum);
  }

  @Override
  public int hashCode() {
    return sum.hashCode();
  }
}
