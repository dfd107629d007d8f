package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.model.Maturity;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the gate's answer is compared with; when it is wrong the act waits for ever, or not at all.
 */
class CanaryCountsTest {
  private static final String MODEL = LoopScenario.RAIN;
  private static final List<Long> FIRST_HOUR = List.of(TimeLapse.STEP.toMillis());
  private static final CanaryTrial TRIAL = CanaryTrial.begun(MODEL, "2", "1", 0.25, 0);

  private static final CanaryCounts.Tried TEN_AND_THIRTY =
      (model, version, arm, end) -> arm.equals(TrafficSplit.CHALLENGER) ? 10 : 30;

  private final LoopState state = new LoopState(new LoopNews(List.of(), line -> {}));

  private @Nullable CanaryCounts expected(CanaryCounts.Tried played) {
    return CanaryCounts.expected(TRIAL, FIRST_HOUR, played, state);
  }

  @Test
  void labels_areThoseOfWindowsThatBothHave() {
    state.performance(Said.performance(MODEL, "2", "*", Maturity.FINAL, 0.1));
    assertThat(expected(TEN_AND_THIRTY)).as("one is due").isNull();

    // A single label has no error, and the gate leaves it out.
    String champion = TrafficSplit.CHAMPION_ARM;
    state.performance(Said.performance(MODEL, "1", champion, Maturity.FINAL, null));
    assertThat(expected(TEN_AND_THIRTY)).isEqualTo(new CanaryCounts(10, 0, 30, 0));

    state.performance(Said.performance(MODEL, "1", champion, Maturity.FINAL, 0.1));
    assertThat(expected(TEN_AND_THIRTY)).isEqualTo(new CanaryCounts(10, 7, 30, 7));
  }

  /** Of a version that answered nothing in a window there is no reading to come. */
  @Test
  void versionWithoutACase_isNotWaitedFor() {
    state.performance(Said.performance(MODEL, "2", "*", Maturity.FINAL, 0.1));

    assertThat(expected((model, version, arm, end) -> arm.equals(TrafficSplit.CHALLENGER) ? 10 : 0))
        .isEqualTo(new CanaryCounts(10, 0, 0, 0));
  }

  @Test
  void answer_hasTheSame_theOneOnTrialFirst() throws Exception {
    JsonNode answer =
        ControlClient.json(
            """
            {"arms": [{"arm": "CHALLENGER", "predictions": 10, "labels": 7},
                      {"arm": "CHAMPION", "predictions": 30, "labels": 21}]}
            """);

    CanaryCounts counts = CanaryCounts.of(answer);

    assertThat(counts).isEqualTo(new CanaryCounts(10, 7, 30, 21));
    assertThat(counts.labels()).isEqualTo(7);
  }
}
