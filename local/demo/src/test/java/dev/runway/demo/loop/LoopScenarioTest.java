package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopScenarioTest {
  private static final long START = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();
  private static final long END = START + LoopScenario.STEPS * TimeLapse.STEP.toMillis();

  private final List<LoopModel> models = LoopScenario.models(START);

  @Test
  void cases_areWithinTheAct_inOrder_andEveryIdIsThereOnce() {
    for (LoopModel model : models) {
      assertThat(model.cases())
          .as(model.id())
          .isNotEmpty()
          .allMatch(each -> each.atMillis() >= START && each.atMillis() < END)
          .isSortedAccordingTo(Comparator.comparingLong(LoopCase::atMillis));
      assertThat(model.cases().stream().map(LoopCase::id)).as(model.id()).doesNotHaveDuplicates();
    }
  }

  /** Nothing of the act is known to a first version, not even by a late label. */
  @Test
  void past_isKnownBeforeTheAct() {
    for (LoopModel model : models) {
      assertThat(model.past())
          .as(model.id())
          .hasSizeGreaterThan(400)
          .allMatch(each -> each.atMillis() < START && each.observedAtMillis() < START);
    }
  }

  @Test
  void dates_areThoseOfTheSample() {
    assertThat(model(LoopScenario.STRIKES).date(START)).isEqualTo("1993-01-01");
    assertThat(model(LoopScenario.STRIKES).date(END)).isEqualTo("2003-01-01");
    assertThat(model(LoopScenario.RAIN).date(END)).isEqualTo("2016-01-01");
    assertThat(model(LoopScenario.FLIGHTS).date(START)).isEqualTo("2001-02-05");
  }

  @Test
  void newYork_comesIn2014July() {
    LoopModel rain = model(LoopScenario.RAIN);

    assertThat(rain.past()).allMatch(each -> each.segment().equals("Seattle"));
    assertThat(
            rain.cases().stream()
                .filter(each -> each.segment().equals("New York"))
                .map(each -> rain.date(each.atMillis() + 1_000))
                .findFirst())
        .contains("2014-07-01");
  }

  /** The downstream model predicts right after the one upstream, and of the same trip. */
  @Test
  void chain_isOfTheSameTrips() {
    List<LoopCase> eta = model(TripChain.ETA).cases();
    List<LoopCase> price = model(TripChain.PRICE).cases();

    assertThat(price.stream().map(LoopCase::id))
        .containsExactlyElementsOf(eta.stream().map(LoopCase::id).toList());
    assertThat(price.get(7).atMillis()).isGreaterThan(eta.get(7).atMillis());
  }

  private LoopModel model(String id) {
    return models.stream().filter(model -> model.id().equals(id)).findFirst().orElseThrow();
  }
}
