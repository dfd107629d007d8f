package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the cases of the act themselves: nothing of it is drawn. */
class TrafficSplitTest {
  private static final long START = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();

  private static List<String> tried(LoopModel model, String version) {
    return model.cases().stream()
        .map(LoopCase::id)
        .filter(id -> TrafficSplit.isTried(model.id(), version, id, model.training().share()))
        .toList();
  }

  @Test
  void canary_hasItsShareOfTheCases_andNotAlwaysTheSame() {
    for (LoopModel model : LoopScenario.models(START)) {
      double share = model.training().share();
      int all = model.cases().size();
      double error = Math.sqrt(share * (1 - share) / all);
      List<String> second = tried(model, "2");
      List<String> third = tried(model, "3");

      assertThat(second.size() / (double) all).as(model.id()).isCloseTo(share, within(4 * error));
      assertThat(second).as(model.id()).isEqualTo(tried(model, "2"));
      long both = third.stream().filter(second::contains).count();
      assertThat(both / (double) all)
          .as(model.id())
          .isCloseTo(share * share, within(4 * Math.sqrt(share * share / all)));
    }
  }

  /** Else the canary would be the model's primary version while it is on trial. */
  @Test
  void shares_areBelowAHalf() {
    assertThat(LoopScenario.models(START))
        .allSatisfy(model -> assertThat(model.training().share()).isBetween(0.1, 0.45));
  }

  @Test
  void wholeTraffic_andNone() {
    assertThat(TrafficSplit.isTried("m", "2", "a", 1)).isTrue();
    assertThat(TrafficSplit.isTried("m", "2", "a", 0)).isFalse();
  }
}
