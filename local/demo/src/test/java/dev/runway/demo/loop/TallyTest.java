package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TallyTest {
  @Test
  void sums_areOfTheSameCases() {
    Tally tally = new Tally();
    tally.add(0, false, 0.5, 0.5, true);
    tally.add(1, true, 0.8, 0.5, true);
    tally.add(1, true, 0.2, 0.5, false);

    assertThat(tally.all().cases()).isEqualTo(3);
    assertThat(tally.all().without()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(tally.all().with()).isCloseTo((Math.log(2) - 2 * Math.log(0.8)) / 3, within(1e-12));
    assertThat(tally.retrained().cases()).isEqualTo(2);
    assertThat(tally.retrained().with()).isCloseTo(-Math.log(0.8), within(1e-12));
    assertThat(tally.retrained().error()).isCloseTo(0, within(1e-7));
    assertThat(tally.steps()).containsOnlyKeys(0, 1);
  }

  @Test
  void certaintyThatIsWrong_isFinite() {
    Tally tally = new Tally();
    tally.add(0, true, 0, 1, true);

    assertThat(tally.all().with()).isCloseTo(-Math.log(1e-6), within(1e-9));
  }
}
