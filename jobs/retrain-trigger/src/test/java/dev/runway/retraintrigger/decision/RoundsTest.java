package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Control;
import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.DecisionCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.Limits;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Suspension;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.policy.PolicySet;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoundsTest {

  /** While labels lag, what is known weighs the more: drift decides. */
  @Test
  void driftWithoutLabels_isStaleAfterThreeWindowsAndRetrainsOnce() {
    Scene scene = Scene.of(2);
    scene.windows(2, 0);
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);

    scene.windows(24, 1);

    assertThat(scene.commands).hasSize(1);
    RetrainCommand command = scene.commands.get(0);
    assertThat(command.mode()).isEqualTo(Mode.AUTO);
    assertThat(command.cause().attempt()).isEqualTo(1);
    assertThat(command.cause().reasonClass()).isEqualTo(RetrainCommand.ReasonClass.DRIFT);
    assertThat(command.deadlineAtMillis()).isGreaterThan(command.issuedAtMillis());
    assertThat(command.decisionId())
        .isIn(scene.decisions.stream().map(d -> d.id().toString()).toList());
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(scene.last().features()).containsExactly("delay");

    scene.status(command, State.QUEUED, 1, "fleet_cap: 50 run");
    scene.windows(2, 1);
    assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);
  }

  /** Drift alone with healthy measured performance stops at 0.5, which is at risk. */
  @Test
  void driftWithHealthyLabels_isAtRiskAndNoMore() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(12, 1, 0.8);

    assertThat(scene.state()).isEqualTo(ModelState.AT_RISK);
    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().missing()).containsExactly(Signal.CONCEPT_DRIFT);
  }

  @Test
  void collapseOfPerformance_retrainsWithApprovalInTierOne() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(2, 0, 0.7);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).mode()).isEqualTo(Mode.APPROVE);
    assertThat(scene.commands.get(0).cause().reasonClass())
        .isEqualTo(RetrainCommand.ReasonClass.PERFORMANCE);
    assertThat(scene.commands.get(0).urgency().severityClass())
        .isEqualTo(RetrainCommand.SeverityClass.CRITICAL);
  }

  @Test
  void everyDecision_canBeMadeAgainFromWhatIsStored() throws Exception {
    Scene scene = Scene.of(2).policy(1, STRICT);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(6, 1, 0.7);

    assertThat(scene.commands).isNotEmpty();
    assertThat(scene.decisions).hasSizeGreaterThan(4);
    for (Decision decision : scene.decisions) {
      byte[] stored = DecisionCodec.write(decision);
      Decision again = Judge.judge(DecisionCodec.read(stored).inputs()).decision();
      assertThat(DecisionCodec.write(again)).isEqualTo(stored);
    }
    for (var state : scene.states) {
      assertThat(StalenessCodec.read(StalenessCodec.write(state))).isEqualTo(state);
    }
  }

  private static final String STRICT =
      """
      "when": "signal.psi_max > 0.2", "for": {"windows": 2, "of": 3},
      "unless": "age < duration('1h')",
      "action": {"retrain": {"mode": "auto", "priority": "high"}},
      "limits": {"cooldown": "PT6H"}
      """;

  @Test
  void nothing_isDecidedBeforeThePoliciesAreRead() {
    Scene scene = Scene.of(2);
    scene.policies = PolicySet.UNREAD;
    scene.windows(12, 1);
    assertThat(scene.decisions).isEmpty();
    assertThat(scene.states).isEmpty();

    scene.policies = scene.policies.whole();
    scene.tick();
    assertThat(scene.decisions).isNotEmpty();
  }

  @Test
  void policy_firesInTwoOfThreeWindowsAndIsNamed() {
    Scene scene = Scene.of(4).policy(7, STRICT);
    fourHourWindow(scene, 0.9);
    assertThat(scene.commands).isEmpty();
    fourHourWindow(scene, 0);
    fourHourWindow(scene, 0.9);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).policy()).isEqualTo("strict");
    assertThat(scene.commands.get(0).policyVersion()).isEqualTo(7);
    assertThat(scene.commands.get(0).mode()).isEqualTo(Mode.AUTO);
    assertThat(scene.commands.get(0).urgency().priority()).isEqualTo(6);
  }

  /** Ends a window of tier 4, which has one reading at its end. */
  private static void fourHourWindow(Scene scene, double severity) {
    long end = Math.floorDiv(scene.now, 240 * MINUTE) * 240 * MINUTE + 240 * MINUTE;
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, severity), scene.now);
    scene.tickTo(scene.decided(end));
  }

  @Test
  void windowThatCannotBeJudged_neitherCountsNorResets() {
    Scene scene = Scene.of(1).policy(1, STRICT.replace("\"of\": 3", "\"of\": 2"));
    scene.windows(1, 0.9);
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.thin("v1", end), scene.now);
    scene.tickTo(scene.decided(end));
    assertThat(scene.commands).isEmpty();

    scene.windows(1, 0.9);

    assertThat(scene.commands).hasSize(1);
  }

  @Test
  void policyThatDoesNotCompile_isSaidAndTriggersNothing() {
    Scene scene = Scene.of(2).policy(1, STRICT.replace("signal.psi_max", "signal.psi_max('x')"));
    scene.windows(24, 1);

    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().hold()).isEqualTo(Hold.CONDITION);
    assertThat(scene.last().explanation()).contains("strict does not compile in this release");
  }

  @Test
  void ageAlone_neverRetrainsUnlessAPolicySaysSo() {
    String old = "\"when\": \"age > duration('720h')\", \"action\": {\"retrain\": {}}";
    for (boolean rule : new boolean[] {false, true}) {
      Scene scene = Scene.of(2);
      if (rule) {
        scene.policy(1, old);
      }
      scene.now += Duration.ofDays(70).toMillis();
      scene.windows(2, 0);
      for (int i = 0; i < 8; i++) {
        long end = scene.nextEnd();
        scene.tickTo(end);
        scene.dossier.take(SomeReadings.thin("v1", end), scene.now);
        scene.tickTo(scene.decided(end));
      }

      assertThat(scene.commands).hasSize(rule ? 1 : 0);
    }
  }

  @Test
  void silentModel_hasNoDataAndTriggersNothing() {
    Scene scene = Scene.of(2);
    scene.windows(3, 1);
    scene.tickTo(scene.now + Duration.ofHours(6).toMillis());

    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    assertThat(scene.commands).isEmpty();
    int said = scene.states.size();
    scene.tickTo(scene.now + Duration.ofHours(6).toMillis());
    assertThat(scene.states).hasSize(said);
  }

  @Test
  void versionThatIsReplaced_isRetiredOnceItIsSilentAndItsEpisodeEnds() {
    Scene scene = stale();
    scene.status(scene.commands.get(0), State.SUCCEEDED, 5, "");
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 24; i++) {
      takeOver(scene, "v2");
    }

    assertThat(scene.states)
        .filteredOn(state -> state.modelVersion().equals("v1"))
        .noneMatch(state -> state.state() == ModelState.NO_DATA)
        .last()
        .satisfies(
            state -> {
              assertThat(state.state()).isEqualTo(ModelState.RETIRED);
              assertThat(state.episode()).isNull();
              assertThat(state.secondary()).isTrue();
            });
    assertThat(scene.dossier.versions.get("v1").episode).isNull();
    int said = scene.states.size();
    takeOver(scene, "v2");
    takeOver(scene, "v2");
    assertThat(scene.states.subList(said, scene.states.size()))
        .noneMatch(state -> state.modelVersion().equals("v1"));

    // Back again after a rollback.
    for (int i = 0; i < 4; i++) {
      takeOver(scene, "v1");
    }
    assertThat(scene.states)
        .filteredOn(state -> state.modelVersion().equals("v1"))
        .last()
        .satisfies(state -> assertThat(state.state()).isEqualTo(ModelState.HEALTHY));
  }

  /** A window of ten minutes in which one version has all traffic, and no drift. */
  private static void takeOver(Scene scene, String version) {
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift(version, end, 0), scene.now);
    scene.tickTo(scene.decided(end));
  }

  /** Or else a dossier would grow with each retrain. */
  @Test
  void versionsThatWereReplaced_makeRoom() {
    Scene scene = Scene.of(2);
    for (int version = 1; version <= 12; version++) {
      scene.dossier.take(Scene.baseline("v" + version));
      for (int i = 0; i < 10; i++) {
        long end = scene.nextEnd();
        scene.tickTo(end);
        scene.dossier.take(SomeReadings.drift("v" + version, end, 1), scene.now);
        scene.tickTo(scene.decided(end));
      }
    }

    assertThat(scene.dossier.versions).hasSizeLessThanOrEqualTo(8).containsKey("v12");
  }

  @Test
  void readingsThatComeTooLate_suspend() {
    Scene scene = Scene.of(2);
    scene.windows(2, 0);
    long old = scene.now - 60 * MINUTE;
    for (int i = 0; i < 70; i++) {
      scene.tickTo(scene.now + MINUTE);
      scene.dossier.take(SomeReadings.drift("v1", old, 1), scene.now);
    }
    scene.tickTo(scene.now + 10 * MINUTE);

    assertThat(scene.states)
        .anySatisfy(state -> assertThat(state.suspension()).isEqualTo(Suspension.INPUT_LAG));
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void fewLabels_suspendBelowTheFloor() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(4, 0, 0.8);
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, 1), scene.now);
    scene.dossier.take(SomeReadings.labelled("v1", end, 0.5, 1, 0.3), scene.now);
    scene.tickTo(scene.decided(end));

    assertThat(scene.states.get(scene.states.size() - 1).suspension())
        .isEqualTo(Suspension.COVERAGE_FLOOR);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.NONE);
  }

  @Test
  void unitJump_isInvestigatedAndNotTrainedOn() {
    Scene scene = Scene.of(2);
    scene.windows(1, 0);
    for (int i = 0; i < 8; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end);
      scene.dossier.take(
          SomeReadings.drift(
              "v1",
              "b-1",
              end,
              1,
              1,
              false,
              List.of(
                  SomeReadings.feature(
                      "delay",
                      1,
                      List.of(
                          SomeReadings.signal("log_variance_ratio", 2 * Math.log(60), false),
                          SomeReadings.signal("smd", 59 * 12 / 5.0, false),
                          SomeReadings.signal("mean", 720, 300 / Math.sqrt(2_000), false))))),
          scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.INVESTIGATE_DATA);
    assertThat(scene.last().explanation()).contains("by a factor of 60");
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void provisionalBaseline_triggersNothingAlone() {
    Scene scene = Scene.of(2);
    for (int i = 0; i < 12; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end);
      scene.dossier.take(
          SomeReadings.drift(
              "v1", "live", end, 1, 1, true, List.of(SomeReadings.feature("delay", 1, List.of()))),
          scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.last().hold()).isEqualTo(Hold.PROVISIONAL);
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void policyThatWaits_waitsForLabelsUntilTheyAreDue() {
    Scene scene =
        Scene.of(1).policy(1, STRICT.replace("\"when\"", "\"waitForLabels\": true, \"when\""));
    scene.windows(6, 1);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.WAIT_LABELS);
    assertThat(scene.commands).isEmpty();

    scene.windows(40, 1);

    assertThat(scene.commands).hasSize(1);
  }

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

  private static Scene stale() {
    Scene scene = Scene.of(2);
    scene.windows(24, 1);
    assertThat(scene.commands).hasSize(1);
    return scene;
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

  private static String episode(Scene scene) {
    return scene.commands.get(0).cause().episode();
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

  @Test
  void killSwitchOfTheFleetOrTeam_comesWithTheTick() {
    Scene scene = Scene.of(2);
    scene.around = new Surroundings(null, 0, 0, null, null, false, true);
    scene.windows(24, 1);
    assertThat(scene.commands).isEmpty();
    assertThat(scene.last().hold()).isEqualTo(Hold.KILL_SWITCH);

    scene.around = Surroundings.QUIET;
    scene.windows(2, 1);

    assertThat(scene.commands).hasSize(1);
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
  void modelUpstream_takesTheBlameAndNothingIsSent() {
    Scene scene = Scene.of(2);
    scene.around = new Surroundings("embeddings", 0, 0, null, null, false, false);
    scene.windows(24, 1);

    assertThat(scene.last().hold()).isEqualTo(Hold.ATTRIBUTED);
    assertThat(scene.last().attributedTo()).isEqualTo("embeddings");
    assertThat(scene.commands).isEmpty();
  }

  /** All of a fleet are judged at one tick, and none knows of the others then. */
  @Test
  void newEpisode_isToldToTheFleetBeforeItsCommandLeaves() {
    Scene scene = onTheBrink();
    scene.tickTo(scene.now + MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.RETRAIN);
    assertThat(scene.last().hold()).isEqualTo(Hold.OUTSTANDING);
    assertThat(scene.last().explanation()).contains("leaves in some minutes");
    assertThat(scene.dossier.looksAgainAtMillis()).isEqualTo(scene.now + 3 * MINUTE);

    scene.around = new Surroundings(null, 0, 0, "9 of 20 models became stale", null, false, false);
    scene.tickTo(scene.now + 3 * MINUTE);

    assertThat(scene.last().hold()).isEqualTo(Hold.STORM);
    assertThat(scene.last().explanation()).contains("9 of 20 models", "a person has to look");
    assertThat(scene.dossier.looksAgainAtMillis()).isEqualTo(Long.MAX_VALUE);
    scene.windows(24, 1);
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void newEpisodeAlone_sendsItsCommandBetweenWindows() throws Exception {
    Scene scene = onTheBrink();
    scene.tickTo(scene.now + 4 * MINUTE);

    assertThat(scene.commands).hasSize(1);
    int said = scene.decisions.size();
    assertThat(scene.decisions.get(said - 1).windowEndMillis())
        .isEqualTo(scene.decisions.get(said - 2).windowEndMillis());
    byte[] stored = DecisionCodec.write(scene.last());
    assertThat(DecisionCodec.write(Judge.judge(scene.last().inputs()).decision()))
        .isEqualTo(stored);
    scene.tickTo(scene.now + 4 * MINUTE);
    assertThat(scene.decisions).hasSize(said);
  }

  @Test
  void manyModelsOfOneSource_areInvestigatedAndNotTrained() {
    Scene scene = onTheBrink();
    scene.tickTo(scene.now + MINUTE);
    scene.around = new Surroundings(null, 0, 0, null, "clicks looks broken", false, false);
    scene.tickTo(scene.now + 3 * MINUTE);

    assertThat(scene.last().verdict()).isEqualTo(Verdict.INVESTIGATE_DATA);
    assertThat(scene.commands).isEmpty();
  }

  /** One tick before a window of tier 1 is judged that makes it stale. */
  private static Scene onTheBrink() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(4, 0, 0.8);
    scene.labelledWindows(1, 0, 0.7);
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
    scene.dossier.take(SomeReadings.labelled("v1", end, 0.7), scene.now);
    scene.tickTo(end + scene.settings.latenessMillis() - MINUTE);
    assertThat(scene.state()).isNotEqualTo(ModelState.STALE);
    return scene;
  }

  @Test
  void retiredModel_triggersNothing() {
    Scene scene = Scene.of(2);
    scene.windows(4, 1);
    scene.dossier.retire();
    scene.windows(24, 1);

    assertThat(scene.state()).isEqualTo(ModelState.RETIRED);
    assertThat(scene.commands).isEmpty();
  }

  @Test
  void modelWithoutDocument_isNotJudged() {
    Scene scene = new Scene();
    scene.windows(24, 1);

    assertThat(scene.decisions).isEmpty();
    assertThat(scene.dossier.versions).containsOnlyKeys("v1");
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

  @Test
  void canaryThatDrifts_isShownAndLeftToItsGate() {
    Scene scene = Scene.of(2);
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 24; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end);
      scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
      scene.dossier.take(SomeReadings.drift("v2", end, 1), scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.dossier.primary).isEqualTo("v1");
    assertThat(scene.last().modelVersion()).isEqualTo("v2");
    assertThat(scene.last().stateAfter()).isEqualTo(ModelState.STALE);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.NONE);
    assertThat(scene.commands).isEmpty();
  }

  /** Names of features may be long, and a record has a limit. */
  @Test
  void decisionOfManyLongNames_staysWithinItsLimit() throws Exception {
    Scene scene = Scene.of(1);
    for (int i = 0; i < 12; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end);
      for (int profile = 0; profile < 8; profile++) {
        scene.dossier.take(
            SomeReadings.drift("v1", "custom." + profile, end, 1, 1, false, longNames()),
            scene.now);
      }
      scene.dossier.take(SomeReadings.drift("v1", "b-1", end, 1, 1, false, longNames()), scene.now);
      scene.tickTo(scene.decided(end));
    }

    for (Decision decision : scene.decisions) {
      assertThat(DecisionCodec.read(DecisionCodec.write(decision)).id()).isEqualTo(decision.id());
    }
    assertThat(scene.commands).hasSize(1);
    assertThat(RetrainCommandCodec.read(RetrainCommandCodec.write(scene.commands.get(0))).cause())
        .isEqualTo(scene.commands.get(0).cause());
  }

  /** One editor's texts must not stop the decisions about all models. */
  @Test
  void policiesThatAreTooLargeTogether_areLeftOutFromTheEnd() throws Exception {
    Scene scene = Scene.of(2);
    String text = "\u00fc".repeat(1_900);
    for (int i = 0; i < 20; i++) {
      scene.policy(
          "p" + (char) ('a' + i),
          1,
          """
          "when": "signal.psi_max > 0.2 && model.team != '%s'",
          "unless": "model.team == '%s'", "action": {"retrain": {"mode": "auto"}}
          """
              .formatted(text, text));
    }
    scene.windows(6, 1);

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).policy()).isEqualTo("pa");
    assertThat(scene.last().explanation()).containsPattern("The last \\d+ policies are left out");
    for (Decision decision : scene.decisions) {
      assertThat(decision.inputs().length).isLessThanOrEqualTo(Limits.MAX_INPUTS_BYTES);
      Decision again = Judge.judge(decision.inputs()).decision();
      assertThat(DecisionCodec.write(again)).isEqualTo(DecisionCodec.write(decision));
    }
  }

  private static List<DriftReading.Feature> longNames() {
    return IntStream.range(0, 40)
        .mapToObj(i -> SomeReadings.feature("\u00fc".repeat(250) + i, 1, List.of()))
        .toList();
  }

  @Test
  void readingFromTheFuture_isNotTaken() {
    Scene scene = Scene.of(2);

    assertThat(scene.dossier.take(SomeReadings.drift("v1", scene.now + 11 * MINUTE, 1), scene.now))
        .isFalse();
    assertThat(scene.dossier.versions.values()).allMatch(file -> file.observed.isEmpty());
  }

  @Test
  void youngVersionThatIsWorse_isRolledBack() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(6, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 6; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end);
      scene.dossier.take(SomeReadings.drift("v2", end, 0), scene.now);
      scene.dossier.take(SomeReadings.labelled("v2", end, 0.7), scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).cause().action()).isEqualTo(RetrainCommand.Action.ROLLBACK);
    assertThat(scene.commands.get(0).cause().target()).isEqualTo("v1");
    assertThat(scene.commands.get(0).cause().modelVersion()).isEqualTo("v2");
  }

  /** It takes one visit in twenty, and whether it may have more is for its gate. */
  @Test
  void canaryThatIsWorse_isNotRolledBack() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(6, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 6; i++) {
      both(scene, "v1", 0.8, "v2", 0.7);
    }

    assertThat(scene.dossier.primary).isEqualTo("v1");
    assertThat(scene.commands).isEmpty();
    assertThat(scene.decisions)
        .filteredOn(decision -> decision.modelVersion().equals("v2"))
        .isNotEmpty()
        .allMatch(decision -> decision.verdict() == Verdict.NONE)
        .allMatch(decision -> decision.stateAfter() != ModelState.STALE);
  }

  @Test
  void versionAfterACanaryThatWasWithdrawn_goesBackToTheOneThatHadTheTraffic() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(6, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 3; i++) {
      both(scene, "v1", 0.8, "v2", 0.85);
    }
    scene.dossier.take(Scene.baseline("v3"));
    for (int i = 0; i < 8; i++) {
      long end = scene.nextEnd();
      scene.tickTo(end);
      scene.dossier.take(SomeReadings.drift("v3", end, 0), scene.now);
      scene.dossier.take(SomeReadings.labelled("v3", end, 0.7), scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.commands.get(0).cause().modelVersion()).isEqualTo("v3");
    assertThat(scene.commands.get(0).cause().target()).isEqualTo("v1");
  }

  private static void both(
      Scene scene, String first, double firstAuc, String second, double secondAuc) {
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift(first, end, 0), scene.now);
    scene.dossier.take(SomeReadings.labelled(first, end, firstAuc), scene.now);
    scene.dossier.take(SomeReadings.drift(second, end, 0), scene.now);
    scene.dossier.take(SomeReadings.labelled(second, end, secondAuc), scene.now);
    scene.tickTo(scene.decided(end));
  }
}
