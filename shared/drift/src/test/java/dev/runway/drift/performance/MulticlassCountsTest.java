package dev.runway.drift.performance;

import static dev.runway.drift.performance.PerformanceVectors.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MulticlassCountsTest {

  /**
   * Actual a: a a b, actual b: b c, nobody is c. By hand: precision a 2/2, b 1/2, c 0/1; recall a
   * 2/3, b 1/2; F1 a 4/5, b 2/4, c 0/1.
   */
  private static MulticlassCounts sample() {
    MulticlassCounts counts = new MulticlassCounts();
    counts.add("a", "a", 0.9, Weight.ONE, 1);
    counts.add("a", "a", 0.8, Weight.ONE, 1);
    counts.add("b", "a", 0.2, Weight.ONE, 1);
    counts.add("b", "b", Weight.ONE, 1);
    counts.add("c", "b", Weight.ONE, 1);
    return counts;
  }

  @Test
  void metrics_ofTheWorkedExample_areTheWorkedNumbers() {
    MulticlassCounts counts = sample();

    assertThat(metric(counts, "accuracy").value()).isEqualTo(0.6);
    assertThat(metric(counts, "accuracy").low()).isEqualTo(Interval.wilson(0.6, 5).low());
    assertThat(metric(counts, "macro_precision").value()).isCloseTo(0.5, offset(1e-15));
    assertThat(metric(counts, "macro_recall").value()).isCloseTo(3.5 / 6, offset(1e-15));
    assertThat(metric(counts, "macro_recall").se())
        .isCloseTo(Math.sqrt(2 / 9.0 / 3 + 1 / 4.0 / 2) / 2, offset(1e-15));
    assertThat(metric(counts, "macro_f1").value()).isCloseTo(1.3 / 3, offset(1e-15));
  }

  /** Recall of a: 4/6 at an effective n of 36/18 = 2; the only class that occurs. */
  @Test
  void macroRecall_ofUnequalWeights_usesTheEffectiveN() {
    MulticlassCounts counts = new MulticlassCounts();
    counts.add("b", "a", Weight.ONE, 1);
    counts.add("c", "a", Weight.ONE, 1);
    counts.add("a", "a", 4 * Weight.ONE, 1);
    Metric recall = metric(counts, "macro_recall");

    assertThat(recall.value()).isCloseTo(2 / 3.0, offset(1e-15));
    assertThat(recall.se()).isCloseTo(Math.sqrt(2 / 9.0 / 2), offset(1e-15));
  }

  @Test
  void logLoss_restsOnTheEventsThatCarryAProbability() {
    Metric logLoss = metric(sample(), "log_loss");
    assertThat(logLoss.n()).isEqualTo(3);
    assertThat(logLoss.value()).isCloseTo(-Math.log(0.9 * 0.8 * 0.2) / 3, offset(1e-15));
    assertThat(metric(new MulticlassCounts(), "log_loss").value()).isNull();
  }

  /** A document of 255 classes changes within a window, again and again. */
  @Test
  void anyNumberOfLabels_isCounted_inFewBytes() throws IOException {
    MulticlassCounts counts = new MulticlassCounts();
    for (int i = 0; i < 2_000; i++) {
      counts.add("label" + i, "label" + (i + i % 2) % 2_000, Weight.ONE, 1);
    }
    assertThat(counts.labels()).hasSize(2_000);
    assertThat(counts.count()).isEqualTo(2_000);
    assertThat(metric(counts, "accuracy").value()).isEqualTo(0.5);
    byte[] bytes = Bytes.of(counts::write);
    assertThat(bytes.length / 2_000).isLessThan(40);
    assertThat(Bytes.read(bytes, OutcomeCounts::read)).isEqualTo(counts);
  }

  @Test
  void labelsOfRetractedEvents_leaveNothingBehind() {
    MulticlassCounts counts = sample();
    counts.add("c", "b", Weight.ONE, -1);
    assertThat(counts.labels()).containsExactly("a", "b");
    counts.add("b", "b", Weight.ONE, -1);
    counts.add("b", "a", 0.2, Weight.ONE, -1);
    assertThat(counts.labels()).containsExactly("a");
  }

  @Test
  void badArguments_areRefusedAndChangeNothing() {
    MulticlassCounts counts = new MulticlassCounts();
    String tooLong = "x".repeat(MulticlassCounts.MAX_LABEL_LENGTH + 1);
    for (String label : new String[] {"", tooLong}) {
      assertThatThrownBy(() -> counts.add("a", label, 0.5, Weight.ONE, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (double probability : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> counts.add("a", "a", probability, Weight.ONE, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(counts.isEmpty()).isTrue();
  }
}
