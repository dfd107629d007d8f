package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A sum of doubles that does not depend on the order of its terms: a 256 bit two's complement
 * integer in steps of 2^-80.
 *
 * <p>A term finer than 2^-80 is rounded to the nearest step, halves away from zero, so that a
 * subtraction is the exact inverse of its addition. One term must stay below 2^102 in magnitude;
 * beyond that the call is refused and the sum unchanged. The sum may reach 2^175, which is 2^73 of
 * the largest terms: more than a count of them could hold. Not thread safe. Longer than our usual
 * class because the arithmetic of four words is written out: it runs several times per event and
 * allocates nothing.
 */
public final class ExactSum {

  /** Bits behind the binary point. */
  public static final int FRACTION_BITS = 80;

  private static final int MAX_TERM_BITS = FRACTION_BITS + 102;
  private static final int MAX_BYTES = 32;
  private static final BigInteger FIVE_TO_80 = BigInteger.valueOf(5).pow(FRACTION_BITS);

  private long top;
  private long high;
  private long middle;
  private long low;

  /** Adds a finite value of magnitude below 2^102. */
  public void add(double value) {
    addWeighted(value, Weight.ONE);
  }

  /** Takes back what {@link #add(double)} of the same value added. */
  public void subtract(double value) {
    addWeighted(value, -Weight.ONE);
  }

  /**
   * Adds value times weight; the product is exact before its one rounding to 2^-80.
   *
   * @param weightUnits signed units of {@link Weight}, magnitude at most 2^43; negative takes back
   */
  public void addWeighted(double value, long weightUnits) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("cannot sum " + value + ": only finite values");
    }
    long units = Math.abs(weightUnits);
    if (units < 0 || units > 1L << 43) {
      throw new IllegalArgumentException("weight units " + weightUnits + " exceed 2^43");
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long fraction = bits & 0xf_ffff_ffff_ffffL;
    long mantissa = exponent == 0 ? fraction : fraction | 1L << 52;
    long productHigh = Math.multiplyHigh(mantissa, units);
    long productLow = mantissa * units;
    if ((productHigh | productLow) == 0) {
      return;
    }
    int shift = Math.max(exponent, 1) - 1075 + FRACTION_BITS - Weight.FRACTION_BITS;
    boolean negative = (bits ^ weightUnits) < 0;
    if (shift < 0) {
      addRounded(productHigh, productLow, -shift, negative);
      return;
    }
    if (bitLength(productHigh, productLow) + shift > MAX_TERM_BITS) {
      throw new IllegalArgumentException(
          "term " + value + " x " + Weight.toDouble(weightUnits) + " exceeds 2^102");
    }
    addShifted(productHigh, productLow, shift, negative);
  }

  /** Adds value squared times weight, exact to 2^-80: the rounding error of the square is added. */
  public void addWeightedSquare(double value, long weightUnits) {
    addWeightedProduct(value, value, weightUnits);
  }

  /** Adds a times b times weight, exact to 2^-80. */
  public void addWeightedProduct(double a, double b, long weightUnits) {
    double product = a * b;
    addWeighted(product, weightUnits);
    addWeighted(Math.fma(a, b, -product), weightUnits);
  }

  private static int bitLength(long high, long low) {
    return high == 0 ? 64 - Long.numberOfLeadingZeros(low) : 128 - Long.numberOfLeadingZeros(high);
  }

  private void addRounded(long termHigh, long termLow, int shift, boolean negative) {
    if (shift > 127) {
      return;
    }
    long halfHigh = shift > 64 ? 1L << (shift - 65) : 0;
    long halfLow = shift > 64 ? 0 : 1L << (shift - 1);
    long roundedLow = termLow + halfLow;
    long roundedHigh = termHigh + halfHigh + carry(roundedLow, termLow);
    if (shift >= 64) {
      accumulate(0, 0, shift == 64 ? roundedHigh : roundedHigh >>> (shift - 64), negative);
    } else {
      long shiftedLow = roundedLow >>> shift | roundedHigh << (64 - shift);
      accumulate(0, roundedHigh >>> shift, shiftedLow, negative);
    }
  }

  private void addShifted(long termHigh, long termLow, int shift, boolean negative) {
    int bits = shift & 63;
    // A shift by 64 would be a shift by 0 in Java, hence the two steps.
    long word0 = termLow << bits;
    long word1 = termHigh << bits | termLow >>> 1 >>> (63 - bits);
    long word2 = termHigh >>> 1 >>> (63 - bits);
    if (shift < 64) {
      accumulate(word2, word1, word0, negative);
    } else if (shift < 128) {
      accumulate(word1, word0, 0, negative);
    } else {
      accumulate(word0, 0, 0, negative);
    }
  }

  private void accumulate(long h, long m, long l, boolean negative) {
    if (negative) {
      minus(0, h, m, l);
    } else {
      plus(0, h, m, l);
    }
  }

  /** Adds another sum. */
  public void addExact(ExactSum other) {
    plus(other.top, other.high, other.middle, other.low);
  }

  /** Subtracts another sum. */
  public void subtract(ExactSum other) {
    minus(other.top, other.high, other.middle, other.low);
  }

  /** Adds or subtracts another sum. */
  void merge(ExactSum other, int sign) {
    if (sign < 0) {
      subtract(other);
    } else {
      addExact(other);
    }
  }

  private void plus(long t, long h, long m, long l) {
    long newLow = low + l;
    long carry = carry(newLow, low);
    long newMiddle = middle + m + carry;
    carry = carryOut(middle, m, newMiddle);
    long newHigh = high + h + carry;
    carry = carryOut(high, h, newHigh);
    long newTop = top + t + carry;
    if (((top ^ newTop) & (t ^ newTop)) < 0) {
      throw new ArithmeticException("sum exceeds 2^175");
    }
    set(newTop, newHigh, newMiddle, newLow);
  }

  private void minus(long t, long h, long m, long l) {
    long newLow = low - l;
    long borrow = carry(low, l);
    long newMiddle = middle - m - borrow;
    borrow = carryOut(newMiddle, m, middle);
    long newHigh = high - h - borrow;
    borrow = carryOut(newHigh, h, high);
    long newTop = top - t - borrow;
    if (((top ^ t) & (top ^ newTop)) < 0) {
      throw new ArithmeticException("sum exceeds 2^175");
    }
    set(newTop, newHigh, newMiddle, newLow);
  }

  /** The carry of sum = a + b + (0 or 1); the borrow of a = sum - b - (0 or 1). */
  private static long carryOut(long a, long b, long sum) {
    return ((a & b) | ((a | b) & ~sum)) >>> 63;
  }

  /** 1 if a is below b as unsigned numbers: the carry of a = b + x, the borrow of a - b. */
  private static long carry(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
  }

  private void set(long newTop, long newHigh, long newMiddle, long newLow) {
    top = newTop;
    high = newHigh;
    middle = newMiddle;
    low = newLow;
  }

  /** The sum as a double, correctly rounded to nearest, halves to even. */
  public double doubleValue() {
    boolean negative = top < 0;
    long l = negative ? -low : low;
    long m = negative ? ~middle + (low == 0 ? 1 : 0) : middle;
    long h = negative ? ~high + ((low | middle) == 0 ? 1 : 0) : high;
    long t = negative ? ~top + ((low | middle | high) == 0 ? 1 : 0) : top;
    double magnitude;
    if (t != 0) {
      magnitude = rounded(t, h, m | l, 192);
    } else if (h != 0) {
      magnitude = rounded(h, m, l, 128);
    } else if (m != 0) {
      magnitude = rounded(m, l, 0, 64);
    } else {
      magnitude = rounded(l, 0, 0, 0);
    }
    return negative ? -magnitude : magnitude;
  }

  /**
   * Highest word first, which is not 0 unless all are. 63 significant bits, the last one "sticky"
   * for all that is cut, round as the whole number would.
   */
  private static double rounded(long first, long next, long rest, int exponent) {
    int zeros = Long.numberOfLeadingZeros(first);
    if (zeros == 64) {
      return 0;
    }
    long leading = zeros == 0 ? first : first << zeros | next >>> 1 >>> (63 - zeros);
    long cut = zeros == 0 ? next : next << zeros;
    long sticky = (cut | rest | (leading & 1)) != 0 ? 1 : 0;
    return Math.scalb((double) (leading >>> 1 | sticky), exponent + 1 - zeros - FRACTION_BITS);
  }

  /** The sum in steps of 2^-80. */
  BigInteger unscaled() {
    return new BigInteger(bytes());
  }

  /** The sum without any rounding: n / 2^80 = n 5^80 / 10^80, a product instead of a division. */
  public BigDecimal toBigDecimal() {
    return new BigDecimal(unscaled().multiply(FIVE_TO_80), FRACTION_BITS);
  }

  /** -1, 0 or 1. */
  int signum() {
    return top < 0 ? -1 : isZero() ? 0 : 1;
  }

  public boolean isZero() {
    return (top | high | middle | low) == 0;
  }

  public void reset() {
    set(0, 0, 0, 0);
  }

  /**
   * Writes 1 byte for zero; else the number of bytes, the number of zero bytes cut at the low end,
   * and the bytes between, two's complement, highest first. Sums of weights and of short fractions
   * end in many zeros.
   */
  public void write(DataOutput out) throws IOException {
    int length = byteLength();
    out.writeByte(length);
    if (length == 0) {
      return;
    }
    int cut = trailingZeroBytes();
    out.writeByte(cut);
    for (int i = length - 1; i >= cut; i--) {
      out.writeByte((int) (word(i >> 3) >>> ((i & 7) << 3)));
    }
  }

  private int trailingZeroBytes() {
    int bottom = low != 0 ? 0 : middle != 0 ? 1 : high != 0 ? 2 : 3;
    return bottom * 8 + Long.numberOfTrailingZeros(word(bottom)) / 8;
  }

  private long word(int index) {
    return switch (index) {
      case 0 -> low;
      case 1 -> middle;
      case 2 -> high;
      default -> top;
    };
  }

  /** Fewest bytes that hold the value and its sign bit. */
  private int byteLength() {
    if (isZero()) {
      return 0;
    }
    long fill = top >> 63;
    int first = top != fill ? 3 : high != fill ? 2 : middle != fill ? 1 : 0;
    int bits = first * 64 + 64 - Long.numberOfLeadingZeros(word(first) ^ fill);
    return bits / 8 + 1;
  }

  private byte[] bytes() {
    byte[] result = new byte[MAX_BYTES];
    for (int i = 0; i < MAX_BYTES; i++) {
      result[MAX_BYTES - 1 - i] = (byte) (word(i >> 3) >>> ((i & 7) << 3));
    }
    return result;
  }

  /** Reads what {@link #write} wrote, replacing this sum. */
  public void readFrom(DataInput in) throws IOException {
    int length = in.readUnsignedByte();
    if (length > MAX_BYTES) {
      throw new IOException("exact sum of " + length + " bytes, at most " + MAX_BYTES);
    }
    reset();
    if (length == 0) {
      return;
    }
    int cut = in.readUnsignedByte();
    if (cut >= length) {
      throw new IOException("exact sum of " + length + " bytes with " + cut + " cut");
    }
    long first = in.readByte();
    set(first >> 63, first >> 63, first >> 63, first);
    for (int i = 1; i < length; i++) {
      appendByte(i < length - cut ? in.readUnsignedByte() : 0);
    }
  }

  private void appendByte(long next) {
    set(
        top << 8 | high >>> 56,
        high << 8 | middle >>> 56,
        middle << 8 | low >>> 56,
        low << 8 | next);
  }

  /** Reads what {@link #write} wrote. */
  public static ExactSum read(DataInput in) throws IOException {
    ExactSum sum = new ExactSum();
    sum.readFrom(in);
    return sum;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExactSum sum
        && sum.top == top
        && sum.high == high
        && sum.middle == middle
        && sum.low == low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(top * 29_791 + high * 961 + middle * 31 + low);
  }

  @Override
  public String toString() {
    return Double.toString(doubleValue());
  }
}
