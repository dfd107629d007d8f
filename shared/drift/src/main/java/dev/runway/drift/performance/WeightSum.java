package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A sum of weights in units of {@link Weight}, 128 bits wide: 8 million events of the largest
 * weight would wrap a long. Mutable and not thread safe.
 */
public final class WeightSum implements Part<WeightSum> {

  /** Most bytes of the stored form: 128 bits, 7 a byte. */
  private static final int MAX_BYTES = 19;

  private long high;
  private long low;

  /** Adds units, or takes them back when negative. */
  public void add(long units) {
    plus(units >> 63, units);
  }

  /** Adds units a number of times. */
  void add(long units, int times) {
    plus(Math.multiplyHigh(units, times), units * times);
  }

  public void add(WeightSum other) {
    plus(other.high, other.low);
  }

  public void subtract(WeightSum other) {
    // -x is ~x + 1, so that subtracting a sum from itself leaves nothing.
    long otherHigh = other.low == 0 ? -other.high : ~other.high;
    plus(otherHigh, -other.low);
  }

  private void plus(long otherHigh, long otherLow) {
    low += otherLow;
    high += otherHigh + (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
  }

  @Override
  public void merge(WeightSum other, int sign) {
    if (sign < 0) {
      subtract(other);
    } else {
      add(other);
    }
  }

  public WeightSum minus(WeightSum other) {
    WeightSum difference = new WeightSum();
    difference.add(this);
    difference.subtract(other);
    return difference;
  }

  /** -1, 0 or 1. */
  public int signum() {
    return high < 0 ? -1 : isEmpty() ? 0 : 1;
  }

  @Override
  public boolean isEmpty() {
    return (high | low) == 0;
  }

  /** Whether this sum, and so each part of it that is not negative, is a long. */
  boolean fitsLong() {
    return high == low >> 63;
  }

  /** The sum as a weight, correctly rounded. */
  public double weight() {
    return fitsLong() ? Weight.toDouble(low) : exact().doubleValue() / Weight.ONE;
  }

  BigInteger exact() {
    BigInteger bottom = BigInteger.valueOf(low);
    return BigInteger.valueOf(high)
        .shiftLeft(64)
        .add(low < 0 ? bottom.add(BigInteger.ONE.shiftLeft(64)) : bottom);
  }

  /** Writes 7 bits a byte, lowest first, zigzag; the bytes of a long are those of its varint. */
  @Override
  public void write(DataOutput out) throws IOException {
    long sign = high >> 63;
    long zigzagHigh = (high << 1 | low >>> 63) ^ sign;
    long zigzagLow = low << 1 ^ sign;
    while (zigzagHigh != 0 || (zigzagLow & ~0x7fL) != 0) {
      out.writeByte(((int) zigzagLow & 0x7f) | 0x80);
      zigzagLow = zigzagLow >>> 7 | zigzagHigh << 57;
      zigzagHigh >>>= 7;
    }
    out.writeByte((int) zigzagLow);
  }

  /** Reads what {@link #write} wrote, replacing this sum. */
  @Override
  public void readFrom(DataInput in) throws IOException {
    long zigzagHigh = 0;
    long zigzagLow = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      int next = in.readUnsignedByte();
      int shift = 7 * i;
      long bits = next & 0x7f;
      if (shift < 64) {
        zigzagLow |= bits << shift;
        zigzagHigh |= shift > 57 ? bits >>> (64 - shift) : 0;
      } else {
        zigzagHigh |= bits << (shift - 64);
      }
      if (next < 0x80) {
        long sign = -(zigzagLow & 1);
        low = (zigzagLow >>> 1 | zigzagHigh << 63) ^ sign;
        high = zigzagHigh >>> 1 ^ sign;
        return;
      }
    }
    throw new IOException("sum of weights of more than " + MAX_BYTES + " bytes");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WeightSum that && that.high == high && that.low == low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * high + low);
  }

  @Override
  public String toString() {
    return Double.toString(weight());
  }
}
