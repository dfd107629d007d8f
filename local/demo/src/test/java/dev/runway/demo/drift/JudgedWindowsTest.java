package dev.runway.demo.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.train.FeatureRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgedWindowsTest {

  @Test
  void windowWithTooFewRows_takesEarlierOnesIn_andIsLeftOutWhenThatIsNotEnough() {
    // A row every 10: a window of 100 has ten, so four of them are needed for forty.
    List<TrainingRow> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(new TrainingRow(10L * i, "a", new FeatureRow(), 0.5));
    }

    List<List<TrainingRow>> windows = JudgedWindows.of(rows, 100, 40);

    assertThat(windows).extracting(List::size).containsOnly(40, 45);
    assertThat(windows.get(0).get(0).atMillis()).isZero();
    assertThat(JudgedWindows.of(rows, 100, 61)).isEmpty();
    assertThat(JudgedWindows.of(rows, 100, 10)).extracting(List::size).contains(10);
  }
}
