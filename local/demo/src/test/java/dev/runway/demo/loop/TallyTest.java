package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.demo.train.FeatureRow;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static LoopCase about(String id, long at, String segment, boolean positive) {
    return new LoopCase(id, at, segment, new FeatureRow(), positive, at + 1);
  }

  @Test
  void sums_areOfTheSameCases() {
    Tally tally = new Tally();
    tally.add(about("a", 10, "x", true), 0, "1", 0.5, 0.5);
    tally.add(about("b", 20, "x", true), 1, "2", 0.8, 0.5);
    tally.add(about("c", 30, "y", false), 1, "2", 0.2, 0.5);

    assertThat(tally.all().cases()).isEqualTo(3);
    assertThat(tally.all().without()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(tally.all().with()).isCloseTo((Math.log(2) - 2 * Math.log(0.8)) / 3, within(1e-12));
    assertThat(tally.all().difference())
        .isCloseTo(2 * (-Math.log(0.8) - Math.log(2)) / 3, within(1e-12));
    Tally.Sums second = tally.of(each -> each.version().equals("2"));
    assertThat(second.cases()).isEqualTo(2);
    assertThat(second.with()).isCloseTo(-Math.log(0.8), within(1e-12));
    assertThat(second.error()).isCloseTo(0, within(1e-7));
    assertThat(tally.of(each -> each.segment().equals("y")).cases()).isEqualTo(1);
    assertThat(tally.steps()).containsOnlyKeys(0, 1);
  }

  @Test
  void version_servesFromItsFirstCaseOn() {
    Tally tally = new Tally();
    tally.add(about("a", 10, "x", true), 0, "1", 0.5, 0.5);
    tally.add(about("b", 20, "x", true), 1, "2", 0.8, 0.5);
    tally.add(about("c", 30, "x", true), 1, "2", 0.8, 0.5);

    assertThat(tally.servedFrom("2")).isEqualTo(20);
    assertThat(tally.servedFrom("3")).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void certaintyThatIsWrong_isFinite() {
    Tally tally = new Tally();
    tally.add(about("a", 10, "x", true), 0, "1", 0, 1);

    assertThat(tally.all().with()).isCloseTo(-Math.log(1e-6), within(1e-9));
  }
}
