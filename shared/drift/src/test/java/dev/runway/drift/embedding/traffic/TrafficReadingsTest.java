package dev.runway.drift.embedding.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.traffic.TrafficReading.Gap;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured of vectors whose law is known. */
class TrafficReadingsTest {
  private static final int N = 6_000;

  @ParameterizedTest
  @ValueSource(ints = {8, 64, 300})
  void vectorsOfOneLaw_haveNotDrifted(int dimensions) {
    TrafficSums was = sums(dimensions, N, 1, vector -> vector);
    TrafficSums now = sums(dimensions, N, 2, vector -> vector);

    assertThat(reading(was, now, TrafficMetric.MEAN_SHIFT).value()).isLessThan(0.05);
    assertThat(reading(was, now, TrafficMetric.MEAN_SHIFT).low()).isLessThan(0.02);
    assertThat(reading(was, now, TrafficMetric.COVARIANCE_CHANGE).low()).isLessThan(0.05);
    assertThat(reading(was, now, TrafficMetric.NORM_RATIO).value()).isCloseTo(1, within(0.01));
    assertThat(reading(was, now, TrafficMetric.UNUSABLE_RISE).value()).isZero();
  }

  /**
   * Variance 1 in each of d dimensions: a shift of s in all of them is s of what they are apart.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 300})
  void shiftedMean_isFoundWithItsSize(int dimensions) {
    TrafficSums was = sums(dimensions, N, 1, vector -> vector);
    TrafficSums now = sums(dimensions, N, 2, vector -> plus(vector, 0.5f));

    TrafficReading shift = reading(was, now, TrafficMetric.MEAN_SHIFT);

    assertThat(shift.value()).isCloseTo(0.5, within(0.04));
    assertThat(shift.low()).isLessThan(0.5).isGreaterThan(0.4);
    assertThat(shift.high()).isGreaterThan(0.5).isLessThan(0.6);
    assertThat(shift.n()).isEqualTo(N);
  }

  /** Covariance I becomes 4 I: changed by 3 of itself, whatever the dimensions. */
  @ParameterizedTest
  @ValueSource(ints = {8, 64, 300})
  void doubledVectors_changeTheirCovarianceByThreeOfItself(int dimensions) {
    TrafficSums was = sums(dimensions, N, 1, vector -> vector);
    TrafficSums now = sums(dimensions, N, 2, vector -> times(vector, 2));

    TrafficReading change = reading(was, now, TrafficMetric.COVARIANCE_CHANGE);

    assertThat(change.value()).isCloseTo(3, within(0.4));
    assertThat(change.low()).isBetween(1.5, 3.0);
    assertThat(change.high()).isGreaterThan(3);
    assertThat(reading(was, now, TrafficMetric.SPREAD_RATIO).value()).isCloseTo(4, within(0.1));
    assertThat(reading(was, now, TrafficMetric.NORM_RATIO).value()).isCloseTo(2, within(0.05));
  }

  /** Two dimensions that go together have changed no length and no mean. */
  @ParameterizedTest
  @ValueSource(ints = {16, 300})
  void newCorrelation_isFoundByTheCovarianceAlone(int dimensions) {
    TrafficSums was = sums(dimensions, N, 1, vector -> vector);
    TrafficSums now =
        sums(
            dimensions,
            N,
            2,
            vector -> {
              for (int j = 0; j + 1 < vector.length; j += 2) {
                vector[j + 1] = vector[j];
              }
              return vector;
            });

    // Off the diagonal 2 of d^2 entries of each pair become 1: a square of d, as is that of I.
    assertThat(reading(was, now, TrafficMetric.COVARIANCE_CHANGE).value())
        .isCloseTo(1, within(0.15));
    assertThat(reading(was, now, TrafficMetric.MEAN_SHIFT).low()).isLessThan(0.05);
    assertThat(reading(was, now, TrafficMetric.SPREAD_RATIO).value()).isCloseTo(1, within(0.05));
  }

  /**
   * A hundred items, each sixty times, are a hundred: as many vectors as they are they say little.
   */
  @Test
  void itemsThatComeOften_countOnce() {
    TrafficSums was = sums(64, N, 1, vector -> vector);
    TrafficSums many = sums(64, N, 2, vector -> vector);
    TrafficSums few = new TrafficSums(64);
    SplittableRandom random = new SplittableRandom(3);
    for (int item = 0; item < 100; item++) {
      float[] vector = normal(random, 64);
      for (int time = 0; time < N / 100; time++) {
        few.add(vector, ItemHash.of(item), 0, 0);
      }
    }

    TrafficReading ofMany = reading(was, many, TrafficMetric.NORM_RATIO);
    TrafficReading ofFew = reading(was, few, TrafficMetric.NORM_RATIO);

    assertThat(ofFew.n()).isEqualTo(ofMany.n());
    assertThat(ofFew.se()).isGreaterThan(3 * ofMany.se());
    assertThat(reading(was, few, TrafficMetric.MEAN_SHIFT).low()).isLessThan(0.1);
  }

  @Test
  void intervals_holdTheTruthAboutAsOftenAsTheySay() {
    int held = 0;
    int heldRatios = 0;
    for (int seed = 0; seed < 100; seed++) {
      TrafficSums was = sums(12, 1_000, 2 * seed + 1, vector -> vector);
      TrafficSums now = sums(12, 1_000, 2 * seed + 2, vector -> plus(vector, 0.3f));
      TrafficReading shift = reading(was, now, TrafficMetric.MEAN_SHIFT);
      held += shift.low() <= 0.3 && 0.3 <= shift.high() ? 1 : 0;
      TrafficSums again = sums(12, 1_000, 2 * seed + 201, vector -> vector);
      TrafficReading ratio = reading(was, again, TrafficMetric.NORM_RATIO);
      heldRatios += ratio.low() <= 1 && 1 <= ratio.high() ? 1 : 0;
    }
    assertThat(held).isBetween(88, 100);
    assertThat(heldRatios).isBetween(88, 100);
  }

  @Test
  void fewVectors_areNotCompared() {
    TrafficSums was = sums(8, N, 1, vector -> vector);
    TrafficSums now = sums(8, TrafficReadings.LEAST - 1, 2, vector -> vector);

    assertThat(reading(was, now, TrafficMetric.MEAN_SHIFT))
        .returns(null, TrafficReading::value)
        .returns(Gap.TOO_FEW_VECTORS, TrafficReading::gap);
    assertThat(reading(null, was, TrafficMetric.COVARIANCE_CHANGE).gap())
        .isEqualTo(Gap.NO_REFERENCE);
    assertThat(reading(null, was, TrafficMetric.NORM_MEAN).value())
        .isCloseTo(Math.sqrt(8), within(0.2));
    assertThat(TrafficReadings.of(new TrafficSums(0), null))
        .allSatisfy(reading -> assertThat(reading.value()).isNull())
        .hasSize(TrafficMetric.values().length);
  }

  @Test
  void vectorsThatAreAllTheSame_haveNoChangeOfWhatWasNothing() {
    TrafficSums was = sums(8, N, 1, vector -> new float[] {1, 1, 1, 1, 1, 1, 1, 1});

    assertThat(reading(was, was, TrafficMetric.MEAN_SHIFT).gap()).isEqualTo(Gap.UNDEFINED);
    assertThat(reading(was, was, TrafficMetric.COVARIANCE_CHANGE).gap()).isEqualTo(Gap.UNDEFINED);
    assertThat(reading(was, was, TrafficMetric.DEAD_DIMENSIONS).value()).isEqualTo(8);
  }

  @Test
  void vectorsThatNobodyCanUse_areCountedAndInNoSum() {
    TrafficSums was = sums(8, N, 1, vector -> vector);
    TrafficSums now = sums(8, N, 2, vector -> vector);
    for (int item = 0; item < 500; item++) {
      now.add(new float[] {Float.NaN, 1, 1, 1, 1, 1, 1, 1}, ItemHash.of(item), 0, 0);
      now.add(new float[8], ItemHash.of(item), 0, 0);
    }

    assertThat(reading(was, now, TrafficMetric.NOT_FINITE).value())
        .isCloseTo(500.0 / 7_000, within(1e-12));
    assertThat(reading(was, now, TrafficMetric.UNUSABLE_RISE).low()).isGreaterThan(0.12);
    assertThat(reading(was, now, TrafficMetric.MEAN_SHIFT).low()).isLessThan(0.05);
    assertThat(now.vectors()).isEqualTo(7_000);
  }

  @Test
  void largestFloats_areNoVerdict() {
    TrafficSums was = sums(8, N, 1, vector -> vector);
    TrafficSums now = sums(8, N, 2, vector -> times(vector, 1e37f));

    assertThat(TrafficReadings.of(now, was))
        .allSatisfy(
            reading ->
                assertThat(reading.value() == null || Double.isFinite(reading.value())).isTrue());
  }

  @Test
  void freshness_isTheQuantileToAHundredth() {
    TrafficSums sums = new TrafficSums(1);
    for (int i = 1; i <= 1_000; i++) {
      sums.add(new float[] {1}, ItemHash.of(i), i * 100L, i * 100L + 5_000);
    }

    assertThat(reading(null, sums, TrafficMetric.FRESHNESS_P50_SECONDS))
        .satisfies(p50 -> assertThat(p50.value()).isCloseTo(50, within(0.5)))
        .satisfies(p50 -> assertThat(p50.low()).isBetween(44.0, 50.0))
        .satisfies(p50 -> assertThat(p50.high()).isBetween(50.0, 56.0));
    assertThat(reading(null, sums, TrafficMetric.FRESHNESS_P95_SECONDS).value())
        .isCloseTo(95, within(0.95));
    assertThat(reading(null, sums, TrafficMetric.READ_P95_SECONDS).value())
        .isCloseTo(100, within(1.0));
    TrafficSums ahead = new TrafficSums(1);
    ahead.add(new float[] {1}, 1, -5, Long.MAX_VALUE);
    assertThat(reading(null, ahead, TrafficMetric.FRESHNESS_P95_SECONDS).value()).isZero();
    assertThat(reading(null, ahead, TrafficMetric.READ_P50_SECONDS).value()).isGreaterThan(2e8);
  }

  private static TrafficReading reading(TrafficSums was, TrafficSums now, TrafficMetric metric) {
    return TrafficReadings.of(now, was).stream()
        .filter(reading -> reading.metric() == metric)
        .findFirst()
        .orElseThrow();
  }

  private static TrafficSums sums(
      int dimensions, int n, long seed, java.util.function.UnaryOperator<float[]> change) {
    SplittableRandom random = new SplittableRandom(seed);
    IntFunction<float[]> vectors = i -> change.apply(normal(random, dimensions));
    TrafficSums sums = new TrafficSums(dimensions);
    for (int i = 0; i < n; i++) {
      // Other items in each window: the hardest case, for nothing cancels.
      sums.add(vectors.apply(i), ItemHash.of(seed * 1_000_000 + i), 1_000, 2_000);
    }
    return sums;
  }

  private static float[] normal(SplittableRandom random, int dimensions) {
    float[] vector = new float[dimensions];
    for (int j = 0; j < dimensions; j++) {
      vector[j] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static float[] plus(float[] vector, float by) {
    for (int j = 0; j < vector.length; j++) {
      vector[j] += by;
    }
    return vector;
  }

  private static float[] times(float[] vector, float by) {
    for (int j = 0; j < vector.length; j++) {
      vector[j] *= by;
    }
    return vector;
  }
}
