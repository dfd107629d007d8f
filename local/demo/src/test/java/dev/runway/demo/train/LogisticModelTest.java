package dev.runway.demo.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticModelTest {
  @Test
  void lines_giveTheSameModel_toTheLastBit() {
    Random random = new Random(3);
    List<FeatureRow> rows = new ArrayList<>();
    List<Boolean> positive = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double x = random.nextDouble();
      rows.add(
          new FeatureRow().number("x", x).category("phase", i % 3 == 0 ? "Take-off run" : "Climb"));
      positive.add(random.nextDouble() < x);
    }
    LogisticModel model = LogisticRegression.fit(rows, positive, 1);

    LogisticModel read = LogisticModel.of(model.lines());

    assertThat(read.lines()).isEqualTo(model.lines());
    for (FeatureRow row : rows) {
      assertThat(read.probability(row)).isEqualTo(model.probability(row));
    }
  }

  @Test
  void otherText_isNoModel() {
    assertThatThrownBy(() -> LogisticModel.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LogisticModel.of(List.of("1.0", "what\tis\tthis\t?")))
        .hasMessageContaining("no column");
    assertThatThrownBy(() -> LogisticModel.of(List.of("1.0", "is\tphase\tClimb")))
        .hasMessageContaining("1 weights for 1 columns");
  }
}
