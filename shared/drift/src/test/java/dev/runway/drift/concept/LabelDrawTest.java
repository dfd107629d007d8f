package dev.runway.drift.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelDrawTest {
  /** Three of five labels, of which two are of a kind: all ten draws, written out. */
  @Test
  void meanOfFew_isThatOfAllDraws() {
    LabelDraw draw = new LabelDraw(2, 2, 3);

    assertThat(draw.isOfFew()).isTrue();
    assertThat(draw.mean((then, now) -> now)).isCloseTo(1.2, within(1e-12));
    assertThat(draw.mean((then, now) -> now == 0 ? 1 : 0)).isCloseTo(0.1, within(1e-12));
    assertThat(draw.mean((then, now) -> now == 1 ? 1 : 0)).isCloseTo(0.6, within(1e-12));
    assertThat(draw.mean((then, now) -> now == 2 ? 1 : 0)).isCloseTo(0.3, within(1e-12));
    assertThat(draw.mean((then, now) -> then + now)).isCloseTo(2, within(1e-12));
  }

  /** Mean and spread are known in closed form: both ways to a mean must have them. */
  @ParameterizedTest
  @CsvSource({
    "1, 100, 60",
    "3, 60, 100",
    "12, 200, 100",
    "30, 200, 100",
    "170, 100, 80",
    "9, 7, 2",
    "4000, 1000000, 800000",
    "4, 1000000, 8",
    "999990, 1000000, 30",
    "40000, 20, 70000"
  })
  void meanAndVarianceOfTheCounts_areThoseOfTheLaw(long labels, long then, long now) {
    LabelDraw draw = new LabelDraw(labels, then, now);
    double all = (double) then + now;
    double share = labels / all;
    double expected = share * now;
    double variance = share * (1 - share) * then * now / (all - 1);

    assertThat(draw.mean((t, n) -> n)).isCloseTo(expected, within(1e-9 * labels));
    assertThat(draw.mean((t, n) -> (n - expected) * (n - expected)))
        .isCloseTo(variance, within(1e-6 * (1 + variance)));
  }

  @Test
  void sideWithoutLabels_leavesNothingToChance() {
    assertThat(new LabelDraw(7, 9, 0).mean((then, now) -> then * 100 + now)).isEqualTo(700);
    assertThat(new LabelDraw(7, 0, 9).mean((then, now) -> then * 100 + now)).isEqualTo(7);
  }
}
