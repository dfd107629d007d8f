package dev.runway.drift.performance;

import static dev.runway.drift.performance.PerformanceVectors.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryCountsTest {

  /** Scores of a rare-event model, so that many share the fine bins near 0. */
  private static RawScores random(int size, long seed) {
    Random random = new Random(seed);
    double[] p = random.doubles(size).map(u -> Math.pow(u, 6)).toArray();
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      y[i] = random.nextDouble() < p[i] ? 1 : 0;
    }
    return new RawScores(y, p);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void metrics_ofRandomScores_agreeWithThoseOfTheRawScores(long seed) {
    RawScores raw = random(1500, seed);
    BinaryCounts counts = raw.counts();
    Metric auc = metric(counts, "auc");

    assertThat(raw.auc()).isBetween(auc.boundLow(), auc.boundHigh());
    assertThat(auc.boundHigh() - auc.boundLow()).isPositive().isLessThan(0.01);
    assertThat(auc.se()).isCloseTo(raw.deLongSe(), offset(0.001));
    assertThat(metric(counts, "log_loss").value()).isCloseTo(raw.logLoss(1e-15), offset(1e-12));
    assertThat(metric(counts, "brier").value()).isCloseTo(raw.brier(), offset(1e-12));
    assertThat(metric(counts, "ece").value()).isCloseTo(raw.ece(15), offset(1e-12));
    assertThat(metric(counts, "mce").value()).isCloseTo(raw.mce(15), offset(1e-12));
    Metric precision = metric(counts, "average_precision");
    assertThat(raw.averagePrecision()).isBetween(precision.boundLow(), precision.boundHigh());
    assertThat(precision.boundHigh() - precision.boundLow()).isLessThan(0.05);
    double[] murphy = raw.murphy(15);
    assertThat(metric(counts, "brier_reliability").value()).isCloseTo(murphy[0], offset(1e-12));
    assertThat(metric(counts, "brier_resolution").value()).isCloseTo(murphy[1], offset(1e-12));
    assertThat(metric(counts, "brier_uncertainty").value()).isCloseTo(murphy[2], offset(1e-12));
    assertThat(metric(counts, "calibration_ratio").value())
        .isCloseTo(raw.calibrationRatio(), offset(1e-12));
  }

  /** Both classes in one bin of scores: it says nothing, and the interval says so. */
  @Test
  void auc_ofABinThatHoldsEverything_mayBeAnything() {
    BinaryCounts counts = new BinaryCounts();
    for (int i = 0; i < 1_000; i++) {
      counts.add(i < 10 ? 0.5035 : 0.501, true, i < 10, Weight.ONE, 1);
    }
    Metric auc = metric(counts, "auc");
    assertThat(auc.value()).isEqualTo(0.5);
    assertThat(auc.low()).isEqualTo(auc.boundLow()).isZero();
    assertThat(auc.high()).isEqualTo(auc.boundHigh()).isEqualTo(1);
    Metric precision = metric(counts, "average_precision");
    assertThat(precision.value()).isEqualTo(0.01);
    assertThat(precision.boundHigh()).isEqualTo(1);
    assertThat(precision.boundLow()).isBetween(0.004, 0.006);
  }

  /** Clustered scores: the bins hide much of the order, and the interval holds the truth still. */
  @Test
  void auc_intervalCoversTheTruth_alsoOfClusteredScores() {
    int covered = 0;
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      BinaryCounts counts = new BinaryCounts();
      for (int i = 0; i < 400; i++) {
        boolean positive = random.nextInt(4) == 0;
        double score = 0.5 + (positive ? 0.002 : 0) + 0.002 * random.nextGaussian();
        counts.add(score, true, positive, Weight.ONE, 1);
      }
      Metric auc = metric(counts, "auc");
      // Phi(1 / sqrt(2)) for a shift of one standard deviation.
      covered += auc.low() <= 0.7602 && 0.7602 <= auc.high() ? 1 : 0;
    }
    assertThat(covered).isGreaterThanOrEqualTo(190);
  }

  /** Every order of the events of each bin stays within the bounds; the extreme ones reach them. */
  @Test
  void averagePrecision_ofAnyOrderInsideTheBins_isWithinItsBounds() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      double[] p = new double[60];
      double[] y = new double[60];
      for (int i = 0; i < p.length; i++) {
        p[i] = (random.nextInt(6) * 40 + 1 + random.nextDouble()) / 256;
        y[i] = random.nextInt(3) == 0 ? 1 : 0;
      }
      RawScores raw = new RawScores(y, p);
      Metric precision = metric(raw.counts(), "average_precision");
      assertThat(raw.averagePrecision()).isBetween(precision.boundLow(), precision.boundHigh());
      assertThat(precision.boundLow()).isLessThan(precision.value());
    }
  }

  /** One positive: DeLong has no variance of it, Hanley and McNeil take one from the shape. */
  @Test
  void auc_ofASinglePositive_hasAnErrorUnlessItProvesNothing() {
    BinaryCounts counts = new BinaryCounts();
    for (int i = 1; i <= 9; i++) {
      counts.add(i / 10.0, true, i == 7, Weight.ONE, 1);
    }
    Metric auc = metric(counts, "auc");
    assertThat(auc.value()).isEqualTo(0.75);
    assertThat(auc.se()).isCloseTo(BinnedAuc.hanleyMcNeil(0.75, 1, 8), offset(1e-15));
    counts.add(0.8, true, false, Weight.ONE, -1);
    counts.add(0.9, true, false, Weight.ONE, -1);
    assertThat(metric(counts, "auc").value()).isEqualTo(1);
    assertThat(metric(counts, "auc").se()).isNull();
  }

  @Test
  void rankMetrics_ofOneClass_areNull() {
    BinaryCounts counts = new BinaryCounts();
    counts.add(0.3, false, false, Weight.ONE, 1);
    counts.add(0.6, true, false, Weight.ONE, 1);

    for (String name :
        new String[] {
          "auc", "average_precision", "recall", "mcc", "calibration_ratio", "balanced_accuracy"
        }) {
      assertThat(metric(counts, name).value()).as(name).isNull();
    }
    assertThat(metric(counts, "accuracy").value()).isEqualTo(0.5);
    assertThat(metric(counts, "precision").value()).isZero();
    assertThat(metric(counts, "base_rate").value()).isZero();
  }

  @Test
  void ratios_restOnTheirOwnEvents() {
    BinaryCounts counts = new BinaryCounts();
    counts.add(0.9, true, true, Weight.ONE, 1);
    counts.add(0.8, true, false, Weight.ONE, 1);
    counts.add(0.1, false, false, Weight.ONE, 1);

    assertThat(metric(counts, "precision").n()).isEqualTo(2);
    assertThat(metric(counts, "recall").n()).isEqualTo(1);
    assertThat(metric(counts, "accuracy").n()).isEqualTo(3);
  }

  /** Weights 1, 1 and 4: (6)^2 / (1 + 1 + 16) = 2 effective events. */
  @Test
  void unequalWeights_weighValuesAndWidenIntervals() {
    BinaryCounts counts = new BinaryCounts();
    counts.add(0.9, true, true, Weight.ONE, 1);
    counts.add(0.9, true, true, Weight.ONE, 1);
    counts.add(0.2, false, true, 4 * Weight.ONE, 1);
    Metric recall = metric(counts, "recall");

    assertThat(recall.value()).isCloseTo(1 / 3.0, offset(1e-15));
    assertThat(recall.n()).isEqualTo(3);
    assertThat(recall.effectiveN()).isEqualTo(2);
    assertThat(recall.low()).isEqualTo(Interval.wilson(1 / 3.0, 2).low());
    assertThat(recall.se()).isCloseTo(Math.sqrt(2 / 9.0 / 2), offset(1e-15));
    assertThat(metric(counts, "mean_score").value()).isCloseTo(2.6 / 6, offset(1e-15));
  }

  /** 2 / 2 bins: scores 0.25 twice and 0.75 once; sqrt(2/pi c (1-c) / n) by hand. */
  @Test
  void eceExpected_followsItsFormula() {
    BinaryCounts counts = new BinaryCounts();
    counts.add(0.25, false, true, Weight.ONE, 1);
    counts.add(0.25, false, false, Weight.ONE, 1);
    counts.add(0.75, true, true, Weight.ONE, 1);
    double spread = 2 / Math.PI * 0.25 * 0.75;
    double expected = 2 / 3.0 * Math.sqrt(spread / 2) + 1 / 3.0 * Math.sqrt(spread);

    assertThat(metric(counts, "ece_expected").value()).isCloseTo(expected, offset(1e-12));
    assertThat(metric(counts, "ece").value()).isCloseTo((0.5 + 0.25) / 3, offset(1e-12));
  }

  /** The ratio of sums varies over resamples as its standard error says. */
  @Test
  void calibrationRatio_standardErrorCoversTheTruth() {
    int covered = 0;
    for (int seed = 0; seed < 400; seed++) {
      Metric ratio = metric(random(500, 1000 + seed).counts(), "calibration_ratio");
      covered += ratio.low() <= 1 && 1 <= ratio.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(364, 396);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void add_ofAScoreThatIsNoProbability_isRefusedAndChangesNothing(double score) {
    BinaryCounts counts = new BinaryCounts();
    assertThatThrownBy(() -> counts.add(score, true, true, Weight.ONE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(score));
    assertThat(counts.isEmpty()).isTrue();
  }

  @Test
  void add_ofABadWeightOrSign_isRefusedAndChangesNothing() {
    BinaryCounts counts = new BinaryCounts();
    for (long units : new long[] {0, -Weight.ONE, Weight.MAX + 1}) {
      assertThatThrownBy(() -> counts.add(0.5, true, true, units, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("weight units " + units);
    }
    assertThatThrownBy(() -> counts.add(0.5, true, true, Weight.ONE, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sign 0");
    assertThat(counts.isEmpty()).isTrue();
  }

  /** 2^30 predictions of the largest weight: shares stay exact, what rests on bins is unknown. */
  @Test
  void weightsBeyondALong_makeNoMetricWrong_andComeBack() {
    BinaryCounts counts = new BinaryCounts();
    counts.add(0.9, true, true, Weight.MAX, 1);
    counts.add(0.2, false, false, Weight.MAX, 1);
    BinaryCounts many = new BinaryCounts();
    many.add(0.9, true, true, Weight.MAX, 1);
    for (int i = 0; i < 30; i++) {
      BinaryCounts same = new BinaryCounts();
      same.add(many);
      many.add(same);
    }
    BinaryCounts all = new BinaryCounts();
    all.add(counts);
    all.add(many);

    assertThat(all.weight()).isEqualTo(((1 << 30) + 2) * 0x1p20);
    assertThat(metric(all, "accuracy").value()).isEqualTo(1);
    assertThat(metric(all, "base_rate").value())
        .isCloseTo(1 - 1.0 / ((1 << 30) + 2), offset(1e-15));
    for (String name : new String[] {"auc", "average_precision", "ece", "ece_expected", "mce"}) {
      assertThat(metric(all, name).value()).as(name).isNull();
      assertThat(metric(counts, name).value()).as(name).isNotNull();
    }
  }

  @Test
  void weight_roundsToUnitsAndRefusesTheRest() {
    assertThat(Weight.ofDouble(1)).isEqualTo(Weight.ONE);
    assertThat(Weight.ofDouble(1 / 0.3)).isEqualTo(Math.round(Weight.ONE / 0.3));
    assertThat(Weight.toDouble(Weight.ofDouble(12.5))).isEqualTo(12.5);
    for (double bad : new double[] {0, -1, 1e-9, 2e6, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Weight.ofDouble(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
