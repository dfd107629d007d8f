package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.train.FeatureRow;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainStatus.State;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A chapter has not happened because something alike has. */
class LoopStoryTest {
  private static final long START = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();
  private static final long HOUR = TimeLapse.STEP.toMillis();
  private static final List<LoopModel> MODELS = LoopScenario.models(START);

  private final LoopState state = new LoopState(new LoopNews(MODELS, line -> {}));
  private final Map<String, Tally> tallies = new HashMap<>();
  private final LoopOutcome people = new LoopOutcome();

  private LoopStory chapter(int which) {
    return LoopStory.of(
            MODELS, state, id -> tallies.computeIfAbsent(id, key -> new Tally()), people)
        .get(which);
  }

  private void investigate(int step) {
    state.decision(
        Said.decision(
            LoopScenario.FLIGHTS, "1", Verdict.INVESTIGATE_DATA, START + step * HOUR, null));
  }

  @Test
  void held_isEachOfTheFiveWindows() {
    List.of(31, 32, 33, 34).forEach(this::investigate);
    assertThat(chapter(3).happened()).isFalse();
    assertThat(chapter(3).words()).contains("4 of 5 windows");

    investigate(35);
    assertThat(chapter(3).happened()).isTrue();
  }

  /** The last window of the fault is decided when the fault is over. */
  @Test
  void held_isNotWhatACommandOfTheLastWindowLeft() {
    List.of(31, 32, 33, 34, 35).forEach(this::investigate);
    RetrainCommand command =
        Said.command(LoopScenario.FLIGHTS, Action.RETRAIN, START + 35 * HOUR + HOUR / 6);
    state.command(command);

    assertThat(chapter(3).happened()).isFalse();
    assertThat(chapter(3).words()).contains("1 commands");
  }

  /** By the test, and really ended: that it was not promoted is not enough. */
  @Test
  void reversed_isTakenBackByTheTest() {
    people.reversed = "2";
    assertThat(chapter(6).happened()).isFalse();
    for (String said : List.of("UNDECIDED", "INVALID", "PROMOTE", "TAKE_BACK")) {
      people.canaries.clear();
      people.canaries.add(trial(LoopScenario.FLIGHTS, "2", said));
      assertThat(chapter(6).happened()).as(said).isEqualTo(said.equals("TAKE_BACK"));
    }
    people.canaries.set(0, trial("another", "2", "TAKE_BACK"));
    assertThat(chapter(6).happened()).isFalse();
  }

  @Test
  void versionThatServesWithoutATrial_isNotAllowed() {
    retrain(6, "2");
    assertThat(chapter(7).happened()).isTrue();
    assertThat(chapter(7).words()).contains("of 1 versions", "1 went on canary", "1 took over");

    people.canaries.set(0, trial(LoopScenario.RAIN, "2", "TAKE_BACK"));
    assertThat(chapter(7).happened()).as("none took over").isFalse();
    retrain(14, "3");
    assertThat(chapter(7).happened()).isTrue();
    people.canaries.remove(0);
    assertThat(chapter(7).happened()).as("one was not tried").isFalse();
  }

  /** A version that was taken back repairs nothing, however good the few cases that it answered. */
  @Test
  void retrainThatIsTakenBack_paysNothing() {
    retrain(14, "2");
    serve("2", 15, LoopScenario.NEW_YORK, 0.9);
    assertThat(chapter(1).happened()).isTrue();

    people.canaries.set(0, trial(LoopScenario.RAIN, "2", "TAKE_BACK"));
    assertThat(chapter(1).happened()).isFalse();
  }

  private static CanaryTrial trial(String model, String version, String verdict) {
    return CanaryTrial.begun(model, version, "1", 0.2, START)
        .answered(ControlClient.object().put("verdict", verdict).put("decided_by", "TEST"))
        .ended(START + HOUR);
  }

  /** That of a season before the move pays nothing for the move, however good it is. */
  @Test
  void move_isPaidForByWhatCameOfItAlone() {
    retrain(6, "2");
    serve("2", 7, "Seattle", 0.9);
    serve("2", 12, LoopScenario.NEW_YORK, 0.9);
    assertThat(chapter(1).happened()).isFalse();

    retrain(14, "3");
    assertThat(chapter(1).happened()).isFalse();
    serve("3", 15, "Seattle", 0.9);
    assertThat(chapter(1).happened()).isFalse();
    serve("3", 15, LoopScenario.NEW_YORK, 0.9);
    assertThat(chapter(1).happened()).as(chapter(1).words()).isTrue();

    for (int i = 0; i < 9; i++) {
      serve("3", 16, LoopScenario.NEW_YORK, 0.1);
    }
    assertThat(chapter(1).happened()).isFalse();
  }

  private void retrain(int step, String version) {
    String before = Integer.toString(Integer.parseInt(version) - 1);
    long at = START + step * HOUR;
    RetrainCommand command = Said.command(LoopScenario.RAIN, before, Action.RETRAIN, at);
    state.state(Said.staleness(LoopScenario.RAIN, before, ModelState.STALE, at));
    state.command(command);
    state.status(Said.status(command, State.SUCCEEDED, 1, version));
    people.canaries.add(trial(LoopScenario.RAIN, version, "PROMOTE"));
  }

  /** One case, of which the first version says a half. */
  private void serve(String version, int step, String segment, double score) {
    LoopCase about =
        new LoopCase(
            "case", START + step * HOUR, segment, new FeatureRow(), true, START + step * HOUR + 1);
    tallies
        .computeIfAbsent(LoopScenario.RAIN, key -> new Tally())
        .add(about, step, version, score, 0.5);
  }
}
