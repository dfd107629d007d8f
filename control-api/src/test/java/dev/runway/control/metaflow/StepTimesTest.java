package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.metaflow.StepTimes.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepTimesTest {
  /** Of start, load and check at once; fit behind load; both joined. */
  private static StepTimes branched(long checkEnds) {
    Map<String, Span> spans = new LinkedHashMap<>();
    spans.put("end", new Span(60, 70));
    spans.put("join", new Span(50, 55));
    spans.put("fit", new Span(30, 45));
    spans.put("load", new Span(11, 20));
    spans.put("check", new Span(12, checkEnds));
    spans.put("start", new Span(0, 10));
    return new StepTimes(spans);
  }

  @Test
  void branchesAtTheSameTime_areInTheOrderOfTheFlow() {
    assertThat(branched(40).order())
        .isEqualTo(
            Map.of(
                "start", List.of("load", "check"),
                "load", List.of("fit"),
                "check", List.of("join"),
                "fit", List.of("join"),
                "join", List.of("end"),
                "end", List.of()));
  }

  /** It cannot be told from one that follows; what truly follows is still reached. */
  @Test
  void branchThatEndsBeforeTheOtherGoesOn_seemsToLeadToIt() {
    assertThat(branched(25).order())
        .containsEntry("check", List.of("fit"))
        .containsEntry("load", List.of("fit"))
        .containsEntry("fit", List.of("join"));
  }

  @Test
  void stepsThatBeganAndEndedInOneInstant_doNotFollowEachOther() {
    StepTimes times = new StepTimes(Map.of("a", new Span(5, 5), "b", new Span(5, 5)));

    assertThat(times.order().values()).containsOnly(List.of());
  }

  @Test
  void orderThatIsTold_holdsAsLongAsNothingInItBeganTooEarly() {
    Map<String, List<String>> told =
        Map.of(
            "start", List.of("load", "check"),
            "load", List.of("fit"),
            "check", List.of("join", "not-run"),
            "fit", List.of("join"),
            "join", List.of("end"));

    assertThat(branched(40).agreeWith(told)).isTrue();
    assertThat(branched(25).agreeWith(told)).as("nor by less").isTrue();
    assertThat(branched(51).agreeWith(told)).as("the join did not wait for it").isFalse();
    assertThat(branched(40).agreeWith(Map.of("start", List.of("load"))))
        .as("it leads not to all of them")
        .isFalse();
    assertThat(branched(40).agreeWith(Map.of())).isFalse();
    assertThat(new StepTimes(Map.of("start", new Span(0, 1))).agreeWith(Map.of())).isTrue();
  }
}
