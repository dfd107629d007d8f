package dev.runway.drift.performance;

import static dev.runway.drift.performance.PerformanceVectors.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

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

  private static MulticlassCounts full() {
    MulticlassCounts counts = new MulticlassCounts();
    for (int i = 0; i < MulticlassCounts.MAX_LABELS; i += 2) {
      counts.add("label" + i, "label" + (i + 1), Weight.ONE, 1);
    }
    return counts;
  }

  @Test
  void label257_isRefusedAndChangesNothing() {
    MulticlassCounts counts = full();

    assertThat(counts.accepts("label7", "label255")).isTrue();
    assertThat(counts.accepts("label7", "one more")).isFalse();
    assertThatThrownBy(() -> counts.add("one more", "label7", Weight.ONE, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("256 labels");
    MulticlassCounts other = new MulticlassCounts();
    other.add("one more", "label7", Weight.ONE, 1);
    assertThatThrownBy(() -> counts.add(other)).isInstanceOf(IllegalStateException.class);
    assertThat(counts).isEqualTo(full());
  }

  @Test
  void labelsOfRetractedEvents_makeRoom() {
    MulticlassCounts counts = full();
    counts.add("label0", "label1", Weight.ONE, -1);
    assertThat(counts.labels()).hasSize(254).doesNotContain("label0", "label1");

    counts.add("one more", "one more", Weight.ONE, 1);
    assertThat(counts.labels()).hasSize(255).contains("one more");
    counts.add("one more", "one more", Weight.ONE, -1);
    assertThat(counts.labels()).hasSize(254);
  }

  @Test
  void badArguments_areRefusedAndChangeNothing() {
    MulticlassCounts counts = new MulticlassCounts();
    String tooLong = "x".repeat(MulticlassCounts.MAX_LABEL_LENGTH + 1);
    for (String label : new String[] {"", tooLong}) {
      assertThat(counts.accepts(label, "a")).isFalse();
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
