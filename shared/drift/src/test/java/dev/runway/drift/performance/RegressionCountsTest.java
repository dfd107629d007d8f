package dev.runway.drift.performance;

import static dev.runway.drift.performance.PerformanceVectors.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegressionCountsTest {

  private static RegressionCounts of(double[]... predictedAndActual) {
    RegressionCounts counts = new RegressionCounts();
    for (double[] pair : predictedAndActual) {
      counts.add(pair[0], pair[1], Weight.ONE, 1);
    }
    return counts;
  }

  /** Sums of squares in doubles would have lost everything: outcomes near 1e9 with spread 1. */
  @Test
  void r2_ofValuesFarFromZero_keepsItsDigits() {
    Random random = new Random(1);
    RegressionCounts near = new RegressionCounts();
    RegressionCounts far = new RegressionCounts();
    for (int i = 0; i < 5_000; i++) {
      // Multiples of 2^-20 stay exact when shifted by 1e9.
      double actual = Math.rint(random.nextGaussian() * (1 << 20)) / (1 << 20);
      double predicted = actual + Math.rint(random.nextGaussian() * (1 << 18)) / (1 << 20);
      near.add(predicted, actual, Weight.ONE, 1);
      far.add(predicted + 1e9, actual + 1e9, Weight.ONE, 1);
    }
    for (String name : new String[] {"r2", "rmse", "mae", "bias", "pinball10", "pinball90"}) {
      assertThat(metric(far, name).value())
          .as(name)
          .isCloseTo(metric(near, name).value(), within(1e-12));
    }
    assertThat(metric(near, "r2").value()).isBetween(0.9, 0.97);
  }

  @Test
  void r2_ofEqualOutcomes_isNull() {
    RegressionCounts counts = of(new double[] {1, 3}, new double[] {2, 3});
    assertThat(metric(counts, "r2").value()).isNull();
    assertThat(metric(counts, "rmse").value()).isCloseTo(Math.sqrt(2.5), offset(1e-15));
    assertThat(metric(counts, "bias").value()).isEqualTo(-1.5);
  }

  @Test
  void relativeErrors_ofZeroOutcomes_areNullOrSkipped() {
    RegressionCounts zeros = of(new double[] {1, 0}, new double[] {0, 0});
    assertThat(metric(zeros, "mape").value()).isNull();
    assertThat(metric(zeros, "mape").n()).isZero();
    assertThat(metric(zeros, "wape").value()).isNull();
    assertThat(metric(zeros, "smape").value()).isEqualTo(1);
    assertThat(zeros.skippedZero()).isEqualTo(2);

    RegressionCounts tiny = of(new double[] {1, 1e-300}, new double[] {3, 2});
    assertThat(tiny.skippedZero()).isEqualTo(1);
    assertThat(metric(tiny, "mape").value()).isEqualTo(0.5);
  }

  @Test
  void oneEvent_hasValuesButNoStandardError() {
    Metric mae = metric(of(new double[] {1, 4}), "mae");
    assertThat(mae.value()).isEqualTo(3);
    assertThat(mae.se()).isNull();
    assertThat(mae.low()).isNull();
  }

  /** 2^40, which is 10^12, of the largest errors at the largest weight. */
  @Test
  void extremes_ofTheDocumentedRange_areSummed() {
    RegressionCounts counts = new RegressionCounts();
    counts.add(-1e12, 1e12, Weight.MAX, 1);
    counts.add(1e12, -1e12, Weight.MAX, 1);
    for (int i = 0; i < 39; i++) {
      RegressionCounts same = new RegressionCounts();
      same.add(counts);
      counts.add(same);
    }
    assertThat(counts.count()).isEqualTo(1L << 40);
    assertThat(counts.weight()).isEqualTo(0x1p60);
    assertThat(metric(counts, "rmse").value()).isCloseTo(2e12, within(1e-3));
    assertThat(metric(counts, "mae").value()).isCloseTo(2e12, within(1e-3));
    assertThat(metric(counts, "mae").effectiveN()).isEqualTo(0x1p40);
    assertThat(metric(counts, "bias").value()).isZero();
    assertThat(metric(counts, "r2").value()).isCloseTo(-3, within(1e-9));
    assertThat(metric(counts, "wape").value()).isCloseTo(2, within(1e-9));
  }

  /** The intervals of means and of the ratio cover the truth about as often as they say. */
  @ParameterizedTest
  @ValueSource(strings = {"mae", "bias", "wape", "pinball90"})
  void intervals_coverTheTruth(String name) {
    RegressionCounts truth = new RegressionCounts();
    int covered = 0;
    Random random = new Random(7);
    Metric[] metrics = new Metric[400];
    for (int round = 0; round < metrics.length; round++) {
      RegressionCounts counts = new RegressionCounts();
      for (int i = 0; i < 200; i++) {
        double actual = 10 + 3 * random.nextGaussian();
        counts.add(actual + random.nextGaussian(), actual, Weight.ONE, 1);
      }
      truth.add(counts);
      metrics[round] = metric(counts, name);
    }
    double value = metric(truth, name).value();
    for (Metric metric : metrics) {
      covered += metric.low() <= value && value <= metric.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(364, 396);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.1e12, -1.1e12, Double.NaN, Double.NEGATIVE_INFINITY})
  void add_ofAValueOutOfRange_isRefusedAndChangesNothing(double value) {
    RegressionCounts counts = new RegressionCounts();
    assertThatThrownBy(() -> counts.add(1, value, Weight.ONE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> counts.add(value, 1, Weight.ONE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(value));
    assertThat(counts.isEmpty()).isTrue();
  }
}
