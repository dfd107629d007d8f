package dev.runway.drift.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.performance.GroupedMeans;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ResidualBinsTest {
  private static final int LABELS = 2_000;

  /** 0 to 1, evenly. */
  private static final double[] PREDICTIONS = evenly();

  private static double[] evenly() {
    double[] values = new double[LABELS];
    Arrays.setAll(values, i -> (i + 0.5) / LABELS);
    return values;
  }

  private static double[] residuals(DoubleUnaryOperator of) {
    return Arrays.stream(PREDICTIONS).map(of).toArray();
  }

  private static double[] noise(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return residuals(prediction -> random.nextDouble(-1, 1));
  }

  @Test
  void reference_hasTenthsOfPredictions_timesTenthsOfResiduals() {
    ResidualCounts reference = ResidualBins.of(PREDICTIONS, noise(1)).reference();

    assertThat(reference.cells().bins()).isEqualTo(10);
    assertThat(reference.cells().labels()).isEqualTo(10);
    // One in a hundred is left out at either end.
    assertThat(reference.cells().total()).isEqualTo(LABELS - 2 * LABELS / 100);
    assertThat(reference.labels()).isEqualTo(LABELS);
    assertThat(reference.outcomes()).hasSize(10).containsOnly(LABELS / 10);
  }

  @Test
  void predictionsBeyondTheReference_areOutcomesAlone() {
    ResidualBins bins = ResidualBins.of(PREDICTIONS, noise(2));
    ResidualCounts counts = bins.none();
    bins.count(-5, 0, counts);
    bins.count(1e12, 0, counts);
    bins.count(0.5, 0, counts);

    assertThat(counts.cells().total()).isEqualTo(1);
    assertThat(counts.labels()).isEqualTo(3);
  }

  /** A model that was always right: any residual is new, and is counted apart on either side. */
  @Test
  void constantResidual_hasABinOfItsOwn() {
    ResidualBins bins = ResidualBins.of(PREDICTIONS, residuals(prediction -> 0));
    ResidualCounts counts = bins.none();
    for (double residual : new double[] {-1e-9, 0, 0, 1e9}) {
      bins.count(0.5, residual, counts);
    }

    assertThat(counts.cells().byLabel()).containsExactly(1, 2, 1);
    assertThat(ConceptDrift.of(bins.reference().cells(), bins.reference().cells()).conditionalKl())
        .isZero();
  }

  /** Residuals of twenty whole numbers, then as now: 21 bins of residuals are never filled. */
  @Test
  void wholeNumbers_haveNoMoreThanTheirBiasTakenOff_andTheirLimitKept() {
    int runs = 500;
    double sum = 0;
    int unlikely = 0;
    for (int seed = 0; seed < runs; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ResidualBins bins = ResidualBins.of(PREDICTIONS, residuals(at -> whole(random)));
      ResidualCounts now = bins.none();
      for (int i = 0; i < 1_200; i++) {
        bins.count(random.nextDouble(), whole(random), now);
      }
      LabelledBins then = bins.reference().cells();
      ConceptDrift drift = ConceptDrift.of(then, now.cells());
      double bias = ConceptError.of(then, now.cells()).bias();
      sum += (drift.conditionalKl() - bias) / drift.labelEntropy();
      unlikely += drift.unlikely() ? 1 : 0;
    }

    // The warning is 0.01. With the bins that are never filled it would be -0.03, and with the bias
    // that cells of many labels have -0.005.
    assertThat(sum / runs).isBetween(-0.002, 0.002);
    // 0.01 is nominal, and two standard errors 0.009; by the law of many labels it is a tenth.
    assertThat((double) unlikely / runs).isBetween(0.001, 0.025);
  }

  /** Twenty of them, three to a standard deviation. */
  private static double whole(SplittableRandom random) {
    return Math.max(-9, Math.min(10, Math.rint(3 * random.nextGaussian())));
  }

  @Test
  void tooFewLabels_areRefused() {
    assertThatThrownBy(() -> ResidualBins.of(new double[5], new double[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 labels");
  }

  @Test
  void scaleOfTheLoss_isThatOfNineInTen_whateverTheOutliers() {
    double[] residuals = noise(3);
    double scale = ResidualLoss.of(PREDICTIONS, residuals).scale();
    residuals[7] = 1e15;
    ResidualLoss loss = ResidualLoss.of(PREDICTIONS, residuals);

    assertThat(scale).isCloseTo(0.9, within(0.03));
    assertThat(loss.scale()).isCloseTo(scale, within(0.005));
    assertThat(loss.of(-scale / 2)).isCloseTo(0.5, within(0.01));
    assertThat(loss.of(1e15)).isEqualTo(1);
  }

  @Test
  void expectedLoss_followsThePrediction() {
    double[] noise = noise(4);
    double[] residuals = new double[LABELS];
    Arrays.setAll(residuals, i -> noise[i] * PREDICTIONS[i]);
    ResidualLoss loss = ResidualLoss.of(PREDICTIONS, residuals);

    // Half of the largest residual there, in units of the scale; 0.1 is three standard errors.
    assertThat(loss.expected(0.2)).isCloseTo(0.1 / loss.scale(), within(0.1));
    assertThat(loss.expected(0.6)).isCloseTo(0.3 / loss.scale(), within(0.1));
    assertThat(loss.expected(-1e12)).isBetween(0.0, 0.1);
    assertThat(loss.expected(1e12)).isBetween(0.5, 1.0);
  }

  /** Of 100 even losses from 0 to 1; and of none at all that differ, which are not certain. */
  @Test
  void errorOfAGroup_isThatOfItsLosses() {
    GroupedMeans even = ResidualLoss.of(PREDICTIONS, noise(4)).means();
    GroupedMeans equal = ResidualLoss.of(PREDICTIONS, residuals(at -> 1)).means();

    for (int group = 0; group < even.groups(); group++) {
      // The losses of a tenth are 1, so they scatter a little more than even ones.
      assertThat(even.variance(group)).isBetween(0.065 / 100, 0.13 / 100);
      assertThat(equal.variance(group)).isBetween(1e-6, 1e-4);
    }
  }

  @Test
  void exactModel_losesAllWithAnyResidual() {
    ResidualLoss loss = ResidualLoss.of(PREDICTIONS, residuals(prediction -> 0));

    assertThat(loss).returns(0.0, ResidualLoss::scale).returns(0.0, ResidualLoss::variance);
    assertThat(loss.of(0)).isZero();
    assertThat(loss.of(1e-12)).isEqualTo(1);
  }

  @Test
  void binsAndLoss_areReadAsTheyWereWritten() throws IOException {
    ResidualBins bins = ResidualBins.of(PREDICTIONS, noise(5));
    ResidualLoss loss = ResidualLoss.of(PREDICTIONS, noise(5));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    bins.write(out);
    loss.write(out);

    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    ResidualBins readBins = ResidualBins.read(in);
    ResidualLoss readLoss = ResidualLoss.read(in);
    assertThat(in.available()).isZero();
    ResidualCounts counts = readBins.none();
    double[] residuals = noise(5);
    for (int i = 0; i < LABELS; i++) {
      readBins.count(PREDICTIONS[i], residuals[i], counts);
    }
    assertThat(counts).isEqualTo(bins.reference()).isEqualTo(readBins.reference());
    assertThat(readLoss.expected(0.3)).isEqualTo(loss.expected(0.3));
    assertThat(readLoss.means().variance(7)).isEqualTo(loss.means().variance(7));
  }
}
