package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfflineGateTest {
  /** Says a half of everything. */
  private static final LogisticModel NO_IDEA = LogisticModel.of(List.of("0.0"));

  /** Says that x is large where y is true. */
  private static final LogisticModel KNOWS =
      LogisticModel.of(List.of("0.0\t2.0", "scaled\tx\t0.0\t1.0"));

  private static final LogisticModel WRONG =
      LogisticModel.of(List.of("0.0\t-2.0", "scaled\tx\t0.0\t1.0"));

  private static List<LabelledRow> rows(int n) {
    List<LabelledRow> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean positive = i % 2 == 0;
      double x = (positive ? 1 : -1) * (0.5 + i % 3);
      rows.add(new LabelledRow(i, "", new FeatureRow().number("x", x), positive));
    }
    return rows;
  }

  @Test
  void betterVersion_passes() {
    OfflineGate gate = OfflineGate.of(NO_IDEA, KNOWS, rows(60));

    assertThat(gate.live()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(gate.difference()).isNegative();
    assertThat(gate.passes()).isTrue();
  }

  @Test
  void worseVersion_isRefused() {
    OfflineGate gate = OfflineGate.of(NO_IDEA, WRONG, rows(60));

    assertThat(gate.difference()).isGreaterThan(gate.error());
    assertThat(gate.passes()).isFalse();
    assertThat(gate.words()).contains("60 held-out cases", "of the live version");
  }

  @Test
  void sameVersion_passes_asNothingTellsThemApart() {
    OfflineGate gate = OfflineGate.of(KNOWS, KNOWS, rows(60));

    assertThat(gate.difference()).isZero();
    assertThat(gate.error()).isZero();
    assertThat(gate.passes()).isTrue();
  }

  /** By hand: differences of the loss are d for each case, so there is no error. */
  @Test
  void error_isThatOfTheDifferencesCaseByCase() {
    List<LabelledRow> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(new LabelledRow(i, "", new FeatureRow().number("x", 1), true));
    }
    OfflineGate gate = OfflineGate.of(NO_IDEA, KNOWS, rows);

    assertThat(gate.difference()).isCloseTo(Math.log1p(Math.exp(-2)) - Math.log(2), within(1e-12));
    assertThat(gate.error()).isCloseTo(0, within(1e-7));
  }

  @Test
  void tooFewCases_sayNothing() {
    assertThatThrownBy(() -> OfflineGate.of(NO_IDEA, KNOWS, rows(29)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("29");
  }
}
