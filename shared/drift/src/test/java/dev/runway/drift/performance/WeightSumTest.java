package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares with BigInteger, far beyond the range of a long. */
class WeightSumTest {

  private static WeightSum read(byte[] bytes) throws IOException {
    return Bytes.read(
        bytes,
        in -> {
          WeightSum sum = new WeightSum();
          sum.readFrom(in);
          return sum;
        });
  }

  @Test
  void sum_ofAnyUnits_equalsBigIntegerAndRoundTrips() throws IOException {
    Random random = new Random(1);
    WeightSum sum = new WeightSum();
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < 20_000; i++) {
      long units = random.nextLong() >> random.nextInt(64);
      if (i % 50 == 0 && expected.bitLength() < 120) {
        sum.add(sum);
        expected = expected.shiftLeft(1);
      } else if (i % 3 == 0) {
        WeightSum other = new WeightSum();
        other.add(units, 3);
        sum.subtract(other);
        expected = expected.subtract(BigInteger.valueOf(units).multiply(BigInteger.valueOf(3)));
      } else {
        sum.add(units);
        expected = expected.add(BigInteger.valueOf(units));
      }
      assertThat(sum.exact()).isEqualTo(expected);
      assertThat(sum.signum()).isEqualTo(expected.signum());
      assertThat(sum.fitsLong()).isEqualTo(expected.bitLength() < 64);
      assertThat(sum.weight()).isEqualTo(expected.doubleValue() / Weight.ONE);
      assertThat(read(Bytes.of(sum::write))).isEqualTo(sum).hasSameHashCodeAs(sum);
    }
    sum.subtract(sum);
    assertThat(sum.isEmpty()).isTrue();
  }

  @Test
  void bytes_ofALong_areThoseOfItsVarint() throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 10_000; i++) {
      long units = i == 0 ? Long.MIN_VALUE : random.nextLong() >> random.nextInt(64);
      WeightSum sum = new WeightSum();
      sum.add(units);
      byte[] varint = Bytes.of(out -> Varints.writeSigned(out, units));

      assertThat(Bytes.of(sum::write)).isEqualTo(varint);
      assertThat(read(varint)).isEqualTo(sum);
    }
  }

  @Test
  void read_ofTooManyBytes_isRefused() {
    byte[] hostile = new byte[20];
    Arrays.fill(hostile, (byte) 0x80);
    assertThatThrownBy(() -> read(hostile)).isInstanceOf(IOException.class);
  }
}
