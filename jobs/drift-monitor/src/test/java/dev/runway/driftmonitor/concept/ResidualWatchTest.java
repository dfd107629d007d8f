package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResidualWatchTest {

  /** A window of a hundred segments may have as many labels in each. */
  @Test
  void firstWindowWithManyLabels_isHeldInPart_andIsAReference() {
    ResidualWatch watch = new ResidualWatch();
    Random random = new Random(1);
    watch.begin(SomeTruths.SETTINGS, List.of());
    int most = 0;
    for (int i = 0; i < 100_000; i++) {
      double value = random.nextDouble();
      double residual = SomeNumbers.EVEN.residual(value, random);
      watch.add(
          SomeTruths.START + i,
          new TruthLedger.Entry(Truth.hashOf("p" + i), 0, 1, 1 << 15, null, value, residual));
      most = Math.max(most, watch.held());
    }
    assertThat(most).isBetween(10_000, 10_001);
    assertThat(watch.held()).isBetween(4_500, 10_000);
    Window window = new Window(SomeTruths.START, SomeTruths.START + SomeTruths.WINDOW);
    assertThat(watch.close(SomeTruths.ALL, window, SomeTruths.SETTINGS)).isEmpty();
    assertThat(watch.held()).isZero();

    List<DriftReading> next = SomeNumbers.close(watch, random, 1, 2_000, SomeNumbers.EVEN);
    assertThat(next).hasSize(2).allMatch(reading -> reading.flagged() == 0);
  }
}
