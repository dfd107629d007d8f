package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sums of each numeric feature that do not depend on the order of their terms.
 *
 * <p>A value is counted as a whole number of steps from the reference's mean, 4,096 or more to a
 * standard deviation. The sums of steps and of their squares are 128 bit integers, so they are
 * exact and merge to the same bits in any grouping. Values more than 2^47 steps away (3e10 standard
 * deviations) are counted as {@code far} and left out.
 *
 * <p>The sum of squares stops at 2^127 - 1, which takes 2^33 values that are all nearly far: no
 * term is below 0, so the bits are still the same in any grouping. The sum of steps would need 2^80
 * values, more than can be counted.
 */
final class NumericSums {

  static final double MAX_STEPS = 0x1p47;

  /** Up to here the squares of a column fit into a long. */
  private static final long NEAR = 1L << 28;

  final long[] sumLow;
  final long[] sumHigh;
  final long[] squareLow;
  final long[] squareHigh;
  final long[] far;
  final long[] infinite;
  final double[] min;
  final double[] max;

  NumericSums(int features) {
    sumLow = new long[features];
    sumHigh = new long[features];
    squareLow = new long[features];
    squareHigh = new long[features];
    far = new long[features];
    infinite = new long[features];
    min = new double[features];
    max = new double[features];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
  }

  /** Adds the finite values at the front of a column. */
  void add(int feature, double[] column, int size, double centre, double stepsPerUnit) {
    double least = min[feature];
    double most = max[feature];
    long sum = 0;
    long squares = 0;
    for (int i = 0; i < size; i++) {
      double value = column[i];
      least = Math.min(least, value);
      most = Math.max(most, value);
      double steps = Math.rint((value - centre) * stepsPerUnit);
      if (Math.abs(steps) <= NEAR) {
        long whole = (long) steps;
        sum += whole;
        squares += whole * whole;
      } else if (Math.abs(steps) <= MAX_STEPS) {
        addFar(feature, (long) steps);
      } else {
        far[feature]++;
      }
    }
    // Adding 0 makes -0.0 the 0.0 that it equals.
    min[feature] = least + 0.0;
    max[feature] = most + 0.0;
    addSum(feature, sum, sum >> 63);
    addSquare(feature, squares, 0);
  }

  private void addFar(int feature, long steps) {
    addSum(feature, steps, steps >> 63);
    addSquare(feature, steps * steps, Math.multiplyHigh(steps, steps));
  }

  private void addSum(int feature, long low, long high) {
    long sum = sumLow[feature] + low;
    sumHigh[feature] += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    sumLow[feature] = sum;
  }

  private void addSquare(int feature, long low, long high) {
    long sum = squareLow[feature] + low;
    squareHigh[feature] += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    squareLow[feature] = sum;
    // Both terms are below 2^127, so what does not fit is below 0 and never wraps around twice.
    if (squareHigh[feature] < 0) {
      squareHigh[feature] = Long.MAX_VALUE;
      squareLow[feature] = -1;
    }
  }

  void merge(NumericSums other) {
    for (int i = 0; i < min.length; i++) {
      addSum(i, other.sumLow[i], other.sumHigh[i]);
      addSquare(i, other.squareLow[i], other.squareHigh[i]);
      far[i] += other.far[i];
      infinite[i] += other.infinite[i];
      min[i] = Math.min(min[i], other.min[i]);
      max[i] = Math.max(max[i], other.max[i]);
    }
  }

  /** Mean and sum of squared distances of n values, in units of the value. */
  double[] meanAndSquares(int feature, long n, double centre, double stepsPerUnit) {
    BigDecimal count = BigDecimal.valueOf(n);
    BigDecimal sum = new BigDecimal(wide(sumHigh[feature], sumLow[feature]));
    BigDecimal squares = new BigDecimal(wide(squareHigh[feature], squareLow[feature]));
    double mean = sum.divide(count, MathContext.DECIMAL64).doubleValue() / stepsPerUnit;
    double m2 =
        squares
            .multiply(count)
            .subtract(sum.multiply(sum))
            .divide(count, MathContext.DECIMAL64)
            .doubleValue();
    return new double[] {centre + mean, Math.max(0, m2) / stepsPerUnit / stepsPerUnit};
  }

  private static BigInteger wide(long high, long low) {
    BigInteger upper = BigInteger.valueOf(high).shiftLeft(64);
    return upper.add(new BigInteger(Long.toUnsignedString(low)));
  }

  void write(DataOutput out, int feature) throws IOException {
    Varints.writeUnsigned(out, infinite[feature]);
    Varints.writeUnsigned(out, far[feature]);
    boolean any = min[feature] <= max[feature];
    out.writeBoolean(any);
    if (any) {
      out.writeDouble(min[feature]);
      out.writeDouble(max[feature]);
      writeWide(out, sumHigh[feature], sumLow[feature]);
      writeWide(out, squareHigh[feature], squareLow[feature]);
    }
  }

  /** Zigzag for the high half where the low one is not enough. */
  private static void writeWide(DataOutput out, long high, long low) throws IOException {
    boolean narrow = high == low >> 63;
    out.writeBoolean(narrow);
    Varints.writeSigned(out, low);
    if (!narrow) {
      Varints.writeSigned(out, high);
    }
  }

  void read(DataInput in, int feature) throws IOException {
    infinite[feature] = Bins.nonNegative(Varints.readUnsigned(in));
    far[feature] = Bins.nonNegative(Varints.readUnsigned(in));
    if (!in.readBoolean()) {
      return;
    }
    min[feature] = in.readDouble();
    max[feature] = in.readDouble();
    if (!(Double.isFinite(min[feature])
        && Double.isFinite(max[feature])
        && min[feature] <= max[feature])) {
      throw new IOException("values from " + min[feature] + " to " + max[feature]);
    }
    boolean narrow = in.readBoolean();
    sumLow[feature] = Varints.readSigned(in);
    sumHigh[feature] = narrow ? sumLow[feature] >> 63 : Varints.readSigned(in);
    narrow = in.readBoolean();
    squareLow[feature] = Varints.readSigned(in);
    squareHigh[feature] = narrow ? squareLow[feature] >> 63 : Varints.readSigned(in);
    if (squareHigh[feature] < 0) {
      throw new IOException("sum of squares below 0");
    }
  }

  /**
   * What is wrong with sums that were read.
   *
   * @param finite values that the bins say there are, those that are far included
   * @return null where they can be those of so many values
   */
  @Nullable String wrong(int feature, long finite) {
    if ((min[feature] <= max[feature]) != (finite > 0)) {
      return "%d finite values, and %s least one".formatted(finite, finite > 0 ? "no" : "a");
    }
    BigInteger near = BigInteger.valueOf(finite - far[feature]);
    BigInteger sum = wide(sumHigh[feature], sumLow[feature]);
    BigInteger squares = wide(squareHigh[feature], squareLow[feature]);
    BigInteger most = BigInteger.TWO.pow(2 * Math.getExponent(MAX_STEPS)).multiply(near);
    // (sum x)^2 <= n sum x^2, and no value is further than the steps that are counted.
    boolean possible =
        squares.compareTo(most) <= 0 && sum.multiply(sum).compareTo(squares.multiply(near)) <= 0;
    return possible ? null : "sums that no %d values have".formatted(near);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NumericSums that
        && Arrays.equals(that.sumLow, sumLow)
        && Arrays.equals(that.sumHigh, sumHigh)
        && Arrays.equals(that.squareLow, squareLow)
        && Arrays.equals(that.squareHigh, squareHigh)
        && Arrays.equals(that.far, far)
        && Arrays.equals(that.infinite, infinite)
        && Arrays.equals(that.min, min)
        && Arrays.equals(that.max, max);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sumLow) + Arrays.hashCode(squareLow);
  }
}
