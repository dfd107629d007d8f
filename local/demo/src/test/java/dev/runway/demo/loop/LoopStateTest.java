package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoopStateTest {
  private static final String MODEL = "rain";
  private static final long HOUR = TimeLapse.STEP.toMillis();

  private final LoopState state = new LoopState(new LoopNews(List.of(), line -> {}));

  /** A version that serves no more is decided about too, and may be first. */
  @Test
  void decidedAt_isThatOfTheVersionThatServes() {
    state.state(staleness("2", ModelState.HEALTHY, 10 * HOUR));
    state.decision(decision("1", Verdict.NONE, 10 * HOUR, null));
    assertThat(state.judgedAt(MODEL)).isEqualTo(10 * HOUR);
    assertThat(state.decidedAt(MODEL)).isZero();

    state.decision(decision("2", Verdict.NONE, 10 * HOUR, null));
    assertThat(state.decidedAt(MODEL)).isEqualTo(10 * HOUR);

    state.decision(decision("1", Verdict.NONE, 11 * HOUR, null));
    assertThat(state.decidedAt(MODEL)).isEqualTo(10 * HOUR);
  }

  @Test
  void verdict_isOfTheNewestStep() {
    state.decision(decision("1", Verdict.INVESTIGATE_DATA, 5 * HOUR + HOUR / 6, null));

    assertThat(state.decided(MODEL, 5 * HOUR, Verdict.INVESTIGATE_DATA)).isTrue();
    assertThat(state.decided(MODEL, 6 * HOUR, Verdict.INVESTIGATE_DATA)).isFalse();
  }

  /** It leaves minutes later, and is a command of the window all the same. */
  @Test
  void command_isOfTheStepThatItWasDecidedBy() {
    RetrainCommand command = command(Action.RETRAIN, 6 * HOUR + HOUR / 6);
    assertThat(state.decidedBy(command)).isEqualTo(6 * HOUR);

    state.decision(decision("1", Verdict.RETRAIN, 5 * HOUR, command.commandId().toString()));

    assertThat(state.decidedBy(command)).isEqualTo(5 * HOUR);
  }

  @Test
  void repair_isStaleThenCommandedThenTrained() {
    RetrainCommand command = command(Action.RETRAIN, 6 * HOUR);
    state.command(command);
    state.status(status(command, State.GRANTED, 1, null));
    state.state(staleness("1", ModelState.STALE, 6 * HOUR));
    assertThat(state.repairs(MODEL, 0)).isEmpty();

    state.status(status(command, State.SUCCEEDED, 2, "2"));

    assertThat(state.repairs(MODEL, 0))
        .singleElement()
        .satisfies(
            repair -> {
              assertThat(repair.version()).isEqualTo("2");
              assertThat(repair.reason()).isEqualTo(ReasonClass.DRIFT);
            });
    // Before its world began to change it was nothing of it.
    assertThat(state.repairs(MODEL, 7 * HOUR)).isEmpty();
    assertThat(state.ended(MODEL, State.SUCCEEDED)).isEqualTo(1);
  }

  @Test
  void training_ofAVersionThatWasNeverStale_isNoRepair() {
    RetrainCommand command = command(Action.RETRAIN, 6 * HOUR);
    state.command(command);
    state.state(staleness("1", ModelState.AT_RISK, 6 * HOUR));
    state.state(staleness("1", ModelState.STALE, 8 * HOUR));
    state.status(status(command, State.SUCCEEDED, 1, "2"));

    assertThat(state.repairs(MODEL, 0)).isEmpty();
  }

  @Test
  void rollback_isNoRetrain() {
    RetrainCommand command = command(Action.ROLLBACK, 6 * HOUR);
    state.state(staleness("1", ModelState.STALE, 6 * HOUR));
    state.command(command);
    state.status(status(command, State.SUCCEEDED, 1, "0"));

    assertThat(state.repairs(MODEL, 0)).isEmpty();
    assertThat(state.ended(MODEL, State.SUCCEEDED)).isZero();
  }

  @Test
  void whatIsNew_isHeard_andARepetitionIsNot() {
    RetrainCommand command = command(Action.RETRAIN, 6 * HOUR);
    long before = state.heard();
    state.status(status(command, State.GRANTED, 1, null));
    long after = state.heard();
    state.status(status(command, State.GRANTED, 1, null));

    assertThat(after).isGreaterThan(before);
    assertThat(state.heard()).isEqualTo(after);
  }

  private static Staleness staleness(String version, ModelState now, long at) {
    return new Staleness(
        MODEL,
        version,
        now,
        ModelState.HEALTHY,
        at,
        "e",
        0.9,
        1,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        at,
        1,
        1,
        "demo",
        at,
        false);
  }

  private static Decision decision(
      String version, Verdict verdict, long at, @Nullable String command) {
    return new Decision(
        MODEL,
        version,
        verdict,
        Mode.AUTO,
        null,
        null,
        ModelState.STALE,
        ModelState.STALE,
        "e",
        0.9,
        SeverityClass.HIGH,
        1,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        "{}".getBytes(StandardCharsets.UTF_8),
        "so",
        "hash",
        command,
        at,
        1,
        "demo",
        at);
  }

  private static RetrainCommand command(Action action, long at) {
    return new RetrainCommand(
        new RetrainCommand.Cause(
            MODEL, "1", action, ReasonClass.DRIFT, "e", 1, action == Action.ROLLBACK ? "0" : null),
        new RetrainCommand.Urgency(1, 0.9, SeverityClass.HIGH, 0),
        Mode.AUTO,
        0,
        0,
        null,
        null,
        0,
        "{}".getBytes(StandardCharsets.UTF_8),
        50,
        at,
        RetrainCommand.NEVER);
  }

  private static RetrainStatus status(
      RetrainCommand command, State state, long revision, @Nullable String version) {
    return new RetrainStatus(
        command.commandId().toString(),
        MODEL,
        "1",
        state,
        revision,
        7 * HOUR,
        null,
        version,
        Double.NaN);
  }
}
