package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CbpeTest {

  private static Cbpe random(long seed, int sign, Cbpe cbpe) {
    Random random = new Random(seed);
    for (int i = 0; i < 400; i++) {
      double score = Math.pow(random.nextDouble(), 3);
      cbpe.add(score, score > 0.5, Weight.ofDouble(1 + 9 * random.nextDouble()), sign);
    }
    return cbpe;
  }

  @Test
  void estimate_ofAnyHistory_isTheSameBytes() throws IOException {
    Cbpe expected = random(1, 1, random(2, 1, new Cbpe()));
    Cbpe history = random(3, -1, random(1, 1, new Cbpe()));
    history.add(random(2, 1, new Cbpe()));
    history.subtract(random(3, -1, new Cbpe()));

    byte[] bytes = Bytes.of(expected::write);
    assertThat(Bytes.of(history::write)).isEqualTo(bytes);
    assertThat(history).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(Bytes.read(bytes, Cbpe::read)).isEqualTo(expected);
    assertThat(history.metrics()).isEqualTo(expected.metrics());
    history.subtract(expected);
    assertThat(history.isEmpty()).isTrue();
  }

  /** With outcomes drawn by the scores, the measured accuracy lies where the estimate says. */
  @Test
  void estimate_ofCalibratedScores_coversTheMeasuredAccuracy() {
    int covered = 0;
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      Cbpe cbpe = new Cbpe();
      BinaryCounts counts = new BinaryCounts();
      for (int i = 0; i < 300; i++) {
        double score = random.nextDouble();
        cbpe.add(score, score > 0.5, Weight.ONE, 1);
        counts.add(score, score > 0.5, random.nextDouble() < score, Weight.ONE, 1);
      }
      Metric estimate = cbpe.metrics().get(0);
      double measured = PerformanceVectors.metric(counts, "accuracy").value();
      covered += estimate.low() <= measured && measured <= estimate.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(364, 396);
  }

  /** Weights 1 and 3: sqrt(1^2 x 0.5 x 0.5 + 3^2 x 0.9 x 0.1) / 4. */
  @Test
  void accuracy_ofWeightedPredictions_hasThePoissonBinomialError() {
    Cbpe cbpe = new Cbpe();
    cbpe.add(0.5, true, Weight.ONE, 1);
    cbpe.add(0.9, true, 3 * Weight.ONE, 1);
    Metric accuracy = cbpe.metrics().get(0);

    assertThat(accuracy.value()).isCloseTo(3.2 / 4, offset(1e-12));
    assertThat(accuracy.se()).isCloseTo(Math.sqrt(0.25 + 9 * 0.09) / 4, offset(1e-12));
  }

  @Test
  void estimate_ofNothing_isNull() {
    assertThat(new Cbpe().metrics())
        .extracting(Metric::name)
        .containsExactly("accuracy", "precision", "recall", "f1", "auc");
    assertThat(new Cbpe().metrics()).allSatisfy(metric -> assertThat(metric.value()).isNull());
  }

  @Test
  void badInput_isRefused() {
    assertThatThrownBy(() -> new Cbpe().add(1.5, true, Weight.ONE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Bytes.read(new byte[] {9, 0}, Cbpe::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 9");
  }
}
