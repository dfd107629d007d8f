package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An exact sum per bin; a bin costs memory from its first use on. */
final class BinSums implements Part<BinSums> {

  private final @Nullable ExactSum[] sums;

  BinSums(int size) {
    sums = new ExactSum[size];
  }

  void add(int bin, double value, long weightUnits) {
    at(bin).addWeighted(value, weightUnits);
  }

  private ExactSum at(int bin) {
    ExactSum sum = sums[bin];
    if (sum == null) {
      sum = new ExactSum();
      sums[bin] = sum;
    }
    return sum;
  }

  @Override
  public void merge(BinSums other, int sign) {
    for (int bin = 0; bin < other.sums.length; bin++) {
      ExactSum sum = other.sums[bin];
      if (sum != null && !sum.isZero()) {
        at(bin).merge(sum, sign);
      }
    }
  }

  double get(int bin) {
    ExactSum sum = sums[bin];
    return sum == null ? 0 : sum.doubleValue();
  }

  /** The sum over all bins, exact. */
  ExactSum total() {
    ExactSum total = new ExactSum();
    for (ExactSum sum : sums) {
      if (sum != null) {
        total.addExact(sum);
      }
    }
    return total;
  }

  @Override
  public boolean isEmpty() {
    for (ExactSum sum : sums) {
      if (sum != null && !sum.isZero()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    int used = 0;
    for (ExactSum sum : sums) {
      used += sum == null || sum.isZero() ? 0 : 1;
    }
    Varints.writeUnsigned(out, used);
    for (int bin = 0; bin < sums.length; bin++) {
      ExactSum sum = sums[bin];
      if (sum != null && !sum.isZero()) {
        Varints.writeUnsigned(out, bin);
        sum.write(out);
      }
    }
  }

  @Override
  public void readFrom(DataInput in) throws IOException {
    int used = Varints.readIndex(in, sums.length, "bin count");
    for (int i = 0; i < used; i++) {
      at(Varints.readIndex(in, sums.length - 1, "bin")).readFrom(in);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof BinSums that) || that.sums.length != sums.length) {
      return false;
    }
    BinSums difference = new BinSums(sums.length);
    difference.merge(this, 1);
    difference.merge(that, -1);
    return difference.isEmpty();
  }

  @Override
  public int hashCode() {
    return total().hashCode();
  }
}
