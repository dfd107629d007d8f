package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with BigDecimal; terms are drawn over all exponents the sum takes. */
class ExactSumTest {

  private static final BigDecimal STEP = BigDecimal.ONE.divide(BigDecimal.valueOf(2).pow(80));

  /** value x weight in whole steps, halves away from zero, as the class documents it. */
  private static BigDecimal term(double value, long units) {
    return new BigDecimal(value)
        .multiply(BigDecimal.valueOf(units))
        .divide(BigDecimal.valueOf(Weight.ONE))
        .divide(STEP)
        .setScale(0, RoundingMode.HALF_UP)
        .multiply(STEP);
  }

  private static double anyValue(Random random, int lowest, int highest) {
    int exponent = lowest + random.nextInt(highest - lowest);
    return Math.scalb(random.nextDouble() * (random.nextBoolean() ? 1 : -1), exponent);
  }

  private static void assertEqual(ExactSum sum, BigDecimal expected) {
    assertThat(sum.toBigDecimal()).isEqualByComparingTo(expected);
    assertThat(sum.doubleValue()).isEqualTo(nearest(expected));
  }

  /** Nearest double by comparing neighbours exactly, not by trusting BigDecimal.doubleValue. */
  private static double nearest(BigDecimal value) {
    double near = value.round(new MathContext(60)).doubleValue();
    double best = near;
    for (double candidate : new double[] {Math.nextDown(near), Math.nextUp(near)}) {
      int closer = distance(candidate, value).compareTo(distance(best, value));
      boolean even = (Double.doubleToLongBits(candidate) & 1) == 0;
      if (closer < 0 || (closer == 0 && even)) {
        best = candidate;
      }
    }
    return best;
  }

  private static BigDecimal distance(double candidate, BigDecimal value) {
    return new BigDecimal(candidate).subtract(value).abs();
  }

  @Test
  void singleTerm_ofAnyExponentAndWeight_equalsBigDecimal() {
    Random random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      double value = anyValue(random, -150, 61);
      long units = (1 + (random.nextLong() >>> 24)) * (random.nextBoolean() ? 1 : -1);
      ExactSum sum = new ExactSum();
      sum.addWeighted(value, units);
      assertEqual(sum, term(value, units));
    }
  }

  @Test
  void sum_ofManyTerms_equalsBigDecimal() {
    Random random = new Random(2);
    ExactSum sum = new ExactSum();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 20_000; i++) {
      double value = anyValue(random, -90, 100);
      sum.add(value);
      expected = expected.add(term(value, Weight.ONE));
      assertThat(sum.toBigDecimal()).isEqualByComparingTo(expected);
    }
    assertEqual(sum, expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void sum_ofAnyPermutationWithRetractions_isTheSameState(long seed) {
    Random random = new Random(seed);
    List<Double> kept = new ArrayList<>();
    List<Double> steps = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      kept.add(anyValue(random, -60, 90));
    }
    ExactSum reference = new ExactSum();
    kept.forEach(reference::add);
    for (int round = 0; round < 20; round++) {
      ExactSum sum = new ExactSum();
      steps.clear();
      steps.addAll(kept);
      Collections.shuffle(steps, random);
      List<Double> passing = random.doubles(200, -1e9, 1e9).boxed().toList();
      passing.subList(0, 100).forEach(sum::add);
      steps.subList(0, 250).forEach(sum::add);
      passing.subList(100, 200).forEach(sum::subtract);
      ExactSum part = new ExactSum();
      steps.subList(250, 500).forEach(part::add);
      sum.addExact(part);
      passing.subList(0, 100).forEach(sum::subtract);
      passing.subList(100, 200).forEach(sum::add);

      assertThat(sum).isEqualTo(reference).hasSameHashCodeAs(reference);
      assertThat(Bytes.of(sum::write)).isEqualTo(Bytes.of(reference::write));
    }
  }

  @Test
  void subtract_ofEverything_leavesZeroInOneByte() {
    ExactSum sum = new ExactSum();
    ExactSum other = new ExactSum();
    sum.add(1e-30);
    sum.add(-7.25e20);
    other.add(1e-30);
    other.add(-7.25e20);
    sum.subtract(other);

    assertThat(sum.isZero()).isTrue();
    assertThat(Bytes.of(sum::write)).containsExactly(0);
    other.reset();
    assertThat(other).isEqualTo(sum);
  }

  @Test
  void doubleValue_halfWayBetweenDoubles_roundsToEven() {
    for (double base : new double[] {1, 1 + 0x1p-52, -1, -1 - 0x1p-52, 0x1p52 + 1, 0x1p90}) {
      double halfUlp = Math.ulp(base) / 2;
      for (double[] extra : new double[][] {{halfUlp}, {halfUlp, 0x1p-80}, {halfUlp, -0x1p-80}}) {
        ExactSum sum = new ExactSum();
        BigDecimal expected = new BigDecimal(base);
        sum.add(base);
        for (double term : extra) {
          sum.add(term);
          expected = expected.add(new BigDecimal(term));
        }
        assertEqual(sum, expected);
      }
    }
  }

  @Test
  void weightedSquare_isExactWhereADoubleIsNot() {
    double value = 1e9 + 1e-7;
    ExactSum sum = new ExactSum();
    sum.addWeightedSquare(value, 3 * Weight.ONE);

    BigDecimal exact = new BigDecimal(value).pow(2).multiply(BigDecimal.valueOf(3));
    assertThat(sum.toBigDecimal().subtract(exact).abs()).isLessThanOrEqualTo(STEP);
    assertThat(new BigDecimal(value * value * 3)).isNotEqualByComparingTo(exact);
  }

  @Test
  void writeAndRead_ofRandomSums_roundTripsInFewestBytes() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      ExactSum sum = new ExactSum();
      sum.add(anyValue(random, -82, 102));
      byte[] bytes = Bytes.of(sum::write);

      assertThat(Bytes.read(bytes, ExactSum::read)).isEqualTo(sum);
      assertThat(bytes).hasSize(sum.isZero() ? 1 : 2 + bytesNeeded(sum.unscaled()));
    }
  }

  private static int bytesNeeded(BigInteger steps) {
    return steps.toByteArray().length - steps.getLowestSetBit() / 8;
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 0x1p103, -1e300})
  void add_outOfRange_isRefusedNamingTheValueAndChangesNothing(double value) {
    ExactSum sum = new ExactSum();
    sum.add(3);
    assertThatThrownBy(() -> sum.add(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(value));
    assertThat(sum.doubleValue()).isEqualTo(3);
  }

  @Test
  void add_beyondTheRangeOfTheSum_isRefusedAndChangesNothing() {
    for (int sign : new int[] {1, -1}) {
      ExactSum sum = new ExactSum();
      sum.add(sign * Math.nextDown(0x1p102));
      for (int i = 0; i < 73; i++) {
        sum.addExact(sum);
      }
      double before = sum.doubleValue();
      assertThat(sign * before).isGreaterThan(0x1p174).isLessThan(0x1p175);
      assertThatThrownBy(() -> sum.addExact(sum)).isInstanceOf(ArithmeticException.class);
      assertThat(sum.doubleValue()).isEqualTo(before);
    }
  }

  /** Carries and borrows over all four words, against BigDecimal. */
  @Test
  void sum_ofMergedSums_equalsBigDecimal() throws IOException {
    Random random = new Random(4);
    ExactSum sum = new ExactSum();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 20_000; i++) {
      ExactSum part = new ExactSum();
      double value = anyValue(random, -90, 102);
      part.add(value);
      BigDecimal exact = term(value, Weight.ONE);
      for (int doubled = random.nextInt(70); doubled > 0; doubled--) {
        part.addExact(part);
        exact = exact.add(exact);
      }
      if (random.nextBoolean()) {
        sum.addExact(part);
        expected = expected.add(exact);
      } else {
        sum.subtract(part);
        expected = expected.subtract(exact);
      }
      assertThat(sum.toBigDecimal()).isEqualByComparingTo(expected);
      assertThat(Bytes.read(Bytes.of(sum::write), ExactSum::read)).isEqualTo(sum);
      if (i % 100 == 0) {
        assertEqual(sum, expected);
        sum.subtract(part);
        sum.addExact(part);
        assertEqual(sum, expected);
      }
    }
  }

  @Test
  void read_ofImpossibleLengths_isRefused() {
    for (byte[] hostile : new byte[][] {{33, 0}, {3, 3}, {-1, 0}, {2, 0, 1}}) {
      assertThatThrownBy(() -> Bytes.read(hostile, ExactSum::read)).isInstanceOf(IOException.class);
    }
  }
}
