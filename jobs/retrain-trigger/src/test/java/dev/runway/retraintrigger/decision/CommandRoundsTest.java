package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static dev.runway.retraintrigger.decision.SomeScenes.STRICT;
import static dev.runway.retraintrigger.decision.SomeScenes.episode;
import static dev.runway.retraintrigger.decision.SomeScenes.stale;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Control;
import dev.runway.model.Decision.Hold;
import dev.runway.model.DecisionCodec;
import dev.runway.model.EventTime;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.state.CommandFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One command of a cause, and what the ledger makes of it. */
class CommandRoundsTest {
  @Test
  void grantedCommand_isRetrainingAtTheNextTick() {
    Scene scene = stale();
    scene.status(scene.commands.get(0), State.GRANTED, 1, "");
    scene.tickTo(scene.now + MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.RETRAINING);

    scene.status(scene.commands.get(0), State.FAILED, 2, "out of memory");
    scene.tickTo(scene.now + MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
  }

  @Test
  void failedAttempt_isTriedAgainAndOnlySoOften() {
    Scene scene = stale();
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(scene.commands).hasSize(attempt);
      assertThat(scene.commands.get(attempt - 1).cause().attempt()).isEqualTo(attempt);
      scene.status(scene.commands.get(attempt - 1), State.FAILED, 9, "broken");
      scene.windows(2, 1);
    }
    scene.windows(20, 1);

    assertThat(scene.commands).hasSize(3);
    assertThat(scene.last().hold()).isEqualTo(Hold.ATTEMPTS);
    assertThat(scene.commands).extracting(c -> c.cause().episode()).containsOnly(episode(scene));
  }

  /** A job that starts again has read all statuses before it judges its first old window. */
  @Test
  void endThatCameAfterTheTick_isNoneYet() {
    Scene scene = stale();
    scene.dossier.take(
        new RetrainStatus(
            scene.commands.get(0).commandId().toString(),
            Scene.MODEL,
            "v1",
            State.FAILED,
            9,
            scene.now + 60 * MINUTE,
            "run_failed: broken",
            null,
            Double.NaN),
        scene.settings.cooldownMillis());
    scene.windows(4, 1);
    assertThat(scene.commands).hasSize(1);
    assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);

    scene.windows(4, 1);

    assertThat(scene.commands).hasSize(2);
    assertThat(scene.commands.get(1).cause().attempt()).isEqualTo(2);
  }

  @Test
  void successfulRetrain_coolsDownAndIsJudgedAnewAtItsEnd() {
    Scene scene = stale();
    scene.status(scene.commands.get(0), State.SUCCEEDED, 5, "");
    scene.windows(12, 1);
    assertThat(scene.commands).hasSize(1);
    assertThat(scene.last().hold()).isEqualTo(Hold.COOL_DOWN);

    scene.windows(6 * 24, 1);

    assertThat(scene.commands).hasSize(2);
    assertThat(scene.commands.get(1).cause().attempt()).isEqualTo(2);
  }

  /** Only the ledger knows that somebody else has had the model retrained. */
  @Test
  void coolDownOfTheLedger_isWaitedForUntilItsEnd() {
    Scene scene = stale();
    RetrainCommand command = scene.commands.get(0);
    long until = scene.now + 20 * 60 * MINUTE;
    scene.dossier.take(refusedByCoolDown(scene, command, until), scene.settings.cooldownMillis());
    while (scene.now < until - 10 * MINUTE) {
      scene.windows(1, 1);
    }
    assertThat(scene.commands).hasSize(1);
    assertThat(scene.last().hold()).isEqualTo(Hold.COOL_DOWN);

    scene.windows(4, 1);

    assertThat(scene.commands).hasSize(2);
    assertThat(scene.commands.get(1).cause().attempt()).isEqualTo(2);
    assertThat(scene.commands.get(1).issuedAtMillis()).isGreaterThanOrEqualTo(until);
  }

  @Test
  void coolDownThatALedgerOfAnOlderReleaseDoesNotTell_isAskedAboutAfterAQuarter() {
    Scene scene = stale();
    RetrainCommand command = scene.commands.get(0);
    long told = scene.now;
    scene.dossier.take(
        refusedByCoolDown(scene, command, EventTime.NONE), scene.settings.cooldownMillis());
    scene.windows(48, 1);

    assertThat(scene.commands).hasSize(2);
    CommandFile file = scene.dossier.commands.get(command.commandId().toString());
    assertThat(scene.commands.get(1).issuedAtMillis() - told)
        .isBetween(file.cooldownMillis / 4, file.cooldownMillis / 2);
  }

  private static RetrainStatus refusedByCoolDown(Scene scene, RetrainCommand command, long until) {
    return new RetrainStatus(
        command.commandId().toString(),
        Scene.MODEL,
        "v1",
        State.REFUSED,
        1,
        scene.now,
        "cool_down: joined to another one",
        null,
        Double.NaN,
        until);
  }

  @Test
  void somethingWorse_breaksACoolDownOnce() {
    Scene scene = Scene.of(1).policy(1, STRICT.replace("psi_max > 0.2", "psi_max > 0.05"));
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(4, 0.9, 0.8);
    assertThat(scene.commands).hasSize(1);
    scene.status(scene.commands.get(0), State.SUCCEEDED, 5, "");
    scene.labelledWindows(2, 0.9, 0.8);
    assertThat(scene.commands).hasSize(1);

    scene.labelledWindows(2, 0.9, 0.7);
    assertThat(scene.commands).hasSize(2);
    scene.status(scene.commands.get(1), State.SUCCEEDED, 5, "");
    scene.labelledWindows(6, 1, 0.4);

    assertThat(scene.commands).hasSize(2);
  }

  /** The ledger lets it through as a further attempt, and does not count it as the break. */
  @Test
  void secondAttempt_leavesTheBreakOfTheCoolDown() {
    Scene scene = Scene.of(1).policy(1, STRICT.replace("psi_max > 0.2", "psi_max > 0.05"));
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(4, 0.9, 0.8);
    scene.status(scene.commands.get(0), State.FAILED, 5, "broken");
    scene.labelledWindows(2, 0.9, 0.8);
    assertThat(scene.commands).hasSize(2);
    assertThat(scene.commands.get(1).cause().attempt()).isEqualTo(2);
    scene.status(scene.commands.get(1), State.SUCCEEDED, 5, "");
    scene.labelledWindows(2, 0.9, 0.8);
    assertThat(scene.commands).hasSize(2);

    scene.labelledWindows(2, 0.9, 0.7);

    assertThat(scene.commands).hasSize(3);
    assertThat(scene.dossier.commands.values())
        .filteredOn(file -> file.breaksCooldown)
        .extracting(file -> file.attempt)
        .containsExactly(3);
  }

  @Test
  void commandThatCancelsAnotherOne_isNoRetrain() {
    Scene scene = Scene.of(2);
    scene.dossier.take(
        new RetrainStatus(
            "c-9",
            Scene.MODEL,
            "v1",
            State.SUCCEEDED,
            1,
            scene.now,
            "cancels: c-8",
            null,
            Double.NaN),
        scene.settings.cooldownMillis());
    scene.windows(24, 1);

    assertThat(scene.commands).hasSize(1);
  }

  /** Buried, or its topic was restored from before it. */
  @Test
  void commandThatTheLedgerNeverAnswers_isSentAgainAndReplacedAfterItsDeadline() {
    Scene scene = stale();
    RetrainCommand first = scene.commands.get(0);
    long deadline = first.deadlineAtMillis();
    scene.windows((int) ((deadline - scene.now) / (10 * MINUTE)) - 2, 1);
    assertThat(scene.commands).hasSize(1);
    assertThat(scene.again).hasSizeGreaterThan(10);
    for (RetrainCommand again : scene.again) {
      assertThat(again.commandId()).isEqualTo(first.commandId());
      assertThat(again.issuedAtMillis()).isEqualTo(first.issuedAtMillis());
      assertThat(again.deadlineAtMillis()).isEqualTo(deadline);
    }
    assertThat(scene.last().hold()).isNull();
    assertThat(scene.last().commandId()).isEqualTo(first.commandId().toString());
    assertThat(scene.last().explanation()).contains("sent again");
    assertThat(DecisionCodec.write(Judge.judge(scene.last().inputs()).decision()))
        .isEqualTo(DecisionCodec.write(scene.last()));

    scene.windows(6, 1);

    assertThat(scene.commands).hasSize(2);
    assertThat(scene.commands.get(1).cause().attempt()).isEqualTo(2);
    assertThat(scene.commands.get(1).cause().episode()).isEqualTo(episode(scene));
  }

  @Test
  void commandThatIsNoLongerWanted_isNotSentAgain() {
    Scene scene = stale();
    int before = scene.again.size();
    scene.dossier.take(killSwitch(Control.Action.KILL_SWITCH_ON, 1));
    scene.windows(4, 1);
    assertThat(scene.again).hasSize(before);
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);

    scene.dossier.take(killSwitch(Control.Action.KILL_SWITCH_OFF, 2));
    scene.windows(2, 1);
    assertThat(scene.again).hasSize(before + 1);

    scene.status(scene.commands.get(0), State.GRANTED, 1, "");
    scene.windows(4, 1);
    assertThat(scene.again).hasSize(before + 1);
    assertThat(scene.commands).hasSize(1);
  }

  @Test
  void rejectedCommand_isNotAskedForAgain() {
    Scene scene = stale();
    scene.status(scene.commands.get(0), State.REFUSED, 5, "rejected: no");
    scene.windows(60, 1);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.last().hold()).isEqualTo(Hold.ATTEMPTS);
  }

  @Test
  void killSwitch_holdsUntilItIsOff() {
    Scene scene = Scene.of(2);
    scene.dossier.take(killSwitch(Control.Action.KILL_SWITCH_ON, 1));
    scene.windows(24, 1);
    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);

    scene.dossier.take(killSwitch(Control.Action.KILL_SWITCH_OFF, 2));
    scene.dossier.take(killSwitch(Control.Action.KILL_SWITCH_ON, 1));
    scene.windows(2, 1);

    assertThat(scene.commands).hasSize(1);
  }

  /** Their revisions are other rows of numbers. */
  @Test
  void killSwitchOfTheTeam_isNotTheModelsOwn() {
    Scene scene = Scene.of(2);
    scene.dossier.take(killSwitch(Control.Action.KILL_SWITCH_ON, 3));
    scene.dossier.take(killSwitch(null, "ranking", Control.Action.KILL_SWITCH_OFF, 7));
    scene.dossier.take(killSwitch(null, null, Control.Action.KILL_SWITCH_OFF, 8));
    scene.dossier.take(killSwitch("other", null, Control.Action.KILL_SWITCH_OFF, 9));
    scene.windows(24, 1);

    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);
  }

  private static Control killSwitch(Control.Action action, long revision) {
    return killSwitch(Scene.MODEL, null, action, revision);
  }

  private static Control killSwitch(
      @Nullable String model, @Nullable String team, Control.Action action, long revision) {
    return new Control(
        model,
        action,
        revision,
        "ada",
        Scene.START,
        Control.NEVER,
        null,
        null,
        null,
        team,
        null,
        null);
  }

  @Test
  void modelThatIsDeletedWhileItRetrains_isRetiredWhateverComesOfIt() {
    Scene scene = stale();
    scene.status(scene.commands.get(0), State.RUNNING, 3, "");
    scene.tickTo(scene.now + MINUTE);
    scene.dossier.retire();
    scene.windows(4, 1);
    assertThat(scene.state()).isEqualTo(ModelState.RETIRED);

    scene.status(scene.commands.get(0), State.FAILED, 4, "its data are gone");
    scene.windows(24, 1);

    assertThat(scene.state()).isEqualTo(ModelState.RETIRED);
    assertThat(scene.commands).hasSize(1);
  }

  /**
   * As after a start from nothing: what the status topic knows is enough to start nothing twice.
   */
  @Test
  void commandThatNobodyHereHasSent_holdsAnotherOneBack() {
    Scene sender = stale();
    Scene scene = Scene.of(2);
    scene.now = sender.now;
    scene.status(sender.commands.get(0), State.RUNNING, 3, "");
    scene.windows(24, 1);
    assertThat(scene.state()).isEqualTo(ModelState.RETRAINING);
    assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);

    scene.status(sender.commands.get(0), State.SUCCEEDED, 4, "");
    scene.windows(12, 1);
    assertThat(scene.last().hold()).isEqualTo(Hold.COOL_DOWN);
    assertThat(scene.commands).isEmpty();
  }

  /** What was refused has cost nothing, whatever it was refused for. */
  @Test
  void refusalByACoolDown_isNotOneOfTheDay() {
    Scene scene =
        Scene.of(1)
            .policy(
                1,
                STRICT.replace(
                    "\"cooldown\": \"PT6H\"", "\"cooldown\": \"PT1H\", \"maxPerDay\": 1"));
    scene.windows(3, 0.9);
    assertThat(scene.commands).hasSize(1);
    scene.status(scene.commands.get(0), State.REFUSED, 1, "cool_down: of another one");
    scene.windows(4, 0.9);

    assertThat(scene.commands).hasSize(2);
    scene.status(scene.commands.get(1), State.REFUSED, 1, "joined: to another one");
    scene.windows(2, 0.9);
    assertThat(scene.commands).hasSize(3);
  }
}
