package dev.runway.demo.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.Maturity;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainStatus.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopStateTest {
  private static final String MODEL = "rain";
  private static final long HOUR = TimeLapse.STEP.toMillis();

  private final LoopState state = new LoopState(new LoopNews(List.of(), line -> {}));

  /** A version that serves no more is decided about too, and may be first. */
  @Test
  void decidedAt_isThatOfTheVersionThatServes() {
    state.state(Said.staleness(MODEL, "2", ModelState.HEALTHY, 10 * HOUR));
    state.decision(Said.decision(MODEL, "1", Verdict.NONE, 10 * HOUR, null));
    assertThat(state.judgedAt(MODEL)).isEqualTo(10 * HOUR);
    assertThat(state.decidedAt(MODEL)).isZero();

    state.decision(Said.decision(MODEL, "2", Verdict.NONE, 10 * HOUR, null));
    assertThat(state.decidedAt(MODEL)).isEqualTo(10 * HOUR);

    state.decision(Said.decision(MODEL, "1", Verdict.NONE, 11 * HOUR, null));
    assertThat(state.decidedAt(MODEL)).isEqualTo(10 * HOUR);
  }

  /** Its command may leave with the first tick behind; then a second one decides nothing. */
  @Test
  void episodeThatWaitsForTheFleet_isAnsweredOnceItIsHeldForThatNoMore() {
    state.decision(Said.held(MODEL, "1", Hold.OUTSTANDING, HOUR));
    assertThat(state.isAnswered(MODEL, HOUR)).isFalse();

    state.decision(Said.held(MODEL, "1", Hold.OUTSTANDING, HOUR + 1));
    assertThat(state.isAnswered(MODEL, HOUR)).isFalse();

    state.decision(Said.decision(MODEL, "1", Verdict.RETRAIN, HOUR + 2, "c"));
    assertThat(state.isAnswered(MODEL, HOUR)).isTrue();
    assertThat(state.isAnswered(MODEL, HOUR + 2)).isFalse();

    state.decision(Said.held(MODEL, "1", Hold.COOL_DOWN, HOUR + 3));
    assertThat(state.isAnswered(MODEL, HOUR + 2)).isTrue();
  }

  @Test
  void verdict_isOfTheNewestStep() {
    state.decision(Said.decision(MODEL, "1", Verdict.INVESTIGATE_DATA, 5 * HOUR + HOUR / 6, null));

    assertThat(state.decided(MODEL, 5 * HOUR, Verdict.INVESTIGATE_DATA)).isTrue();
    assertThat(state.decided(MODEL, 6 * HOUR, Verdict.INVESTIGATE_DATA)).isFalse();
  }

  /** It leaves minutes later, and is a command of the window all the same. */
  @Test
  void command_isOfTheStepThatItWasDecidedBy() {
    RetrainCommand command = Said.command(MODEL, Action.RETRAIN, 6 * HOUR + HOUR / 6);
    assertThat(state.decidedBy(command)).isEqualTo(6 * HOUR);

    state.decision(
        Said.decision(MODEL, "1", Verdict.RETRAIN, 5 * HOUR, command.commandId().toString()));

    assertThat(state.decidedBy(command)).isEqualTo(5 * HOUR);
  }

  @Test
  void repair_isStaleThenCommandedThenTrained() {
    RetrainCommand command = Said.command(MODEL, Action.RETRAIN, 6 * HOUR);
    state.command(command);
    state.status(Said.status(command, State.GRANTED, 1, null));
    state.state(Said.staleness(MODEL, "1", ModelState.STALE, 6 * HOUR));
    assertThat(state.repairs(MODEL, 0)).isEmpty();

    state.status(Said.status(command, State.SUCCEEDED, 2, "2"));

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
    RetrainCommand command = Said.command(MODEL, Action.RETRAIN, 6 * HOUR);
    state.command(command);
    state.state(Said.staleness(MODEL, "1", ModelState.AT_RISK, 6 * HOUR));
    state.state(Said.staleness(MODEL, "1", ModelState.STALE, 8 * HOUR));
    state.status(Said.status(command, State.SUCCEEDED, 1, "2"));

    assertThat(state.repairs(MODEL, 0)).isEmpty();
  }

  @Test
  void rollback_isNoRetrain() {
    RetrainCommand command = Said.command(MODEL, Action.ROLLBACK, 6 * HOUR);
    state.state(Said.staleness(MODEL, "1", ModelState.STALE, 6 * HOUR));
    state.command(command);
    state.status(Said.status(command, State.SUCCEEDED, 1, "0"));

    assertThat(state.repairs(MODEL, 0)).isEmpty();
    assertThat(state.ended(MODEL, State.SUCCEEDED)).isZero();
  }

  /**
   * The canary gate counts those of each arm, of final windows, and takes none without an error.
   */
  @Test
  void labels_areOfOneArmOfAFinalWindow() {
    LoopState.Window window = new LoopState.Window(MODEL, "1", HOUR);
    state.performance(Said.performance(MODEL, "1", "canary:champion", Maturity.PROVISIONAL, 0.1));
    assertThat(state.labels(window, "canary:champion")).isNull();

    state.performance(Said.performance(MODEL, "1", "canary:champion", Maturity.FINAL, 0.1));
    assertThat(state.labels(window, "canary:champion")).isEqualTo(7);
    assertThat(state.labels(window, "*")).isNull();
    assertThat(state.hasPerformance(window)).isFalse();

    state.performance(Said.performance(MODEL, "1", "*", Maturity.FINAL, null));
    assertThat(state.labels(window, "*")).isZero();
    assertThat(state.hasPerformance(window)).isTrue();
  }

  @Test
  void whatIsNew_isHeard_andARepetitionIsNot() {
    RetrainCommand command = Said.command(MODEL, Action.RETRAIN, 6 * HOUR);
    long before = state.heard();
    state.status(Said.status(command, State.GRANTED, 1, null));
    long after = state.heard();
    state.status(Said.status(command, State.GRANTED, 1, null));

    assertThat(after).isGreaterThan(before);
    assertThat(state.heard()).isEqualTo(after);
  }
}
