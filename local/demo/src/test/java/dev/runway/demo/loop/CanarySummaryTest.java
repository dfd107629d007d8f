package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanarySummaryTest {
  private static final long START = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();

  private static CanaryTrial trial(String version) {
    return CanaryTrial.begun(LoopScenario.STRIKES, version, "1", 0.3, START);
  }

  private static ObjectNode said(String verdict) {
    ObjectNode answer = ControlClient.object().put("verdict", verdict);
    answer.putArray("arms").addObject().put("labels", 40);
    return answer;
  }

  private final CanarySummary summary =
      new CanarySummary(
          LoopScenario.models(START),
          List.of(
              trial("2").answered(said("PROMOTE").put("decided_by", "RULE")).ended(START),
              trial("3").answered(said("TAKE_BACK").put("difference", 0.5)).ended(START),
              trial("4").answered(said("INVALID")).ended(START),
              trial("5")));

  @Test
  void brief_countsWhatBecameOfThem() {
    assertThat(summary.brief())
        .anyMatch(line -> line.matches(" *strike-damage +0\\.30 +4 +1 +2 +1 +120 *"))
        .anyMatch(line -> line.matches(" *late-arrival +0\\.20 +0 +0 +0 +0 +0 *"));
  }

  @Test
  void lines_haveEachWithWhatIsKnownOfIt() {
    assertThat(summary.lines())
        .anyMatch(line -> line.matches(".*strike-damage +2 .* PROMOTE +RULE *"))
        .anyMatch(line -> line.matches(".*strike-damage +3 .*\\+0\\.500.* TAKE_BACK *"))
        .anyMatch(line -> line.matches(".*strike-damage +5 .* UNDECIDED *"));
  }
}
