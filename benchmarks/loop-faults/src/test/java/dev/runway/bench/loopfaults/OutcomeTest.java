package dev.runway.bench.loopfaults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final Plan PLAN =
      new Plan(
          1,
          156,
          List.of(Model.ofTier("a", 1)),
          List.of(new Spell("a", 30, 10)),
          List.of(new Kill(Victim.BROKER, 34, 5)));

  private static final List<War.Death> DEATHS =
      List.of(new War.Death(PLAN.kills().get(0), Duration.ofSeconds(3), Duration.ofSeconds(20)));

  private static Left left(List<String> starts, List<String> decisions, String end) {
    return new Left(
        starts,
        Set.of("c1"),
        Map.of("c1", end),
        new HashMap<>(Map.of("decisions", decisions)),
        List.of(),
        DEATHS,
        Duration.ofSeconds(60));
  }

  private static Left well() {
    return left(List.of("c1"), List.of("d1", "d2"), "SUCCEEDED");
  }

  private static List<String> complaints(Left war) {
    return new Outcome(PLAN, well(), war).complaints();
  }

  @Test
  void sameInPeaceAndWar_isNoComplaint() {
    Outcome outcome = new Outcome(PLAN, well(), well());

    assertThat(outcome.complaints()).isEmpty();
    assertThat(outcome.deaths()).isEqualTo(Map.of(Victim.BROKER, 1L));
    assertThat(outcome.table()).contains("| broker | 1 | 3.0 | 3.0 | 20.0 | 20.0 |", "Nothing");
  }

  @Test
  void commandThatStartedTwiceOrNever_isNamed() {
    assertThat(complaints(left(List.of("c1", "c1"), List.of("d1", "d2"), "SUCCEEDED")))
        .containsExactly("war: command c1 was started 2 times");
    assertThat(complaints(left(List.of(), List.of("d1", "d2"), "SUCCEEDED")))
        .containsExactly("war: command c1 was started 0 times");
    assertThat(complaints(left(List.of("c1", "c9"), List.of("d1", "d2"), "SUCCEEDED")))
        .as("one that nobody sent")
        .hasSize(1);
  }

  @Test
  void rowThatIsMissingOrTwiceThere_isShown() {
    assertThat(complaints(left(List.of("c1"), List.of("d1", "d3"), "SUCCEEDED")))
        .containsExactly(
            "decisions: 2 rows differ, 2 in peace and 2 in war",
            "in peace alone: d2",
            "in war alone: d3");
    assertThat(complaints(left(List.of("c1"), List.of("d1", "d2", "d2"), "SUCCEEDED")))
        .contains("in war alone: d2");
  }

  @Test
  void commandThatFailed_isTold() {
    assertThat(complaints(left(List.of("c1"), List.of("d1", "d2"), "FAILED: run_failed")))
        .containsExactly("war: command c1 ended as FAILED: run_failed");
  }
}
