package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WindowLossesTest {

  /** A model that is off by a billion, give or take one: of the squares nothing of that is left. */
  @Test
  void largeLosses_keepTheirScatter() {
    WindowLosses losses = new WindowLosses();
    for (int i = 0; i < 1_000; i++) {
      losses.add(1e9 + (i % 2 == 0 ? 1 : -1), 0.25);
    }

    assertThat(losses.bareMean()).isEqualTo(1e9);
    assertThat(losses.bareError()).isCloseTo(1 / Math.sqrt(999), within(1e-9));
    assertThat(losses.error()).isZero();
  }

  @Test
  void singleLoss_hasNoError() {
    WindowLosses losses = new WindowLosses();
    losses.add(1, 0.5);

    assertThat(losses).returns(1.0, WindowLosses::bareMean).returns(0.5, WindowLosses::mean);
    assertThat(losses.bareError()).isNaN();
  }
}
