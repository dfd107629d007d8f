package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static dev.runway.retraintrigger.decision.SomeScenes.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.DecisionCodec;
import dev.runway.model.DriftReading;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What scores and readings make of a version. */
class ScoreRoundsTest {
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

  /** That it has none is no drift, and that it predicts is no silence. */
  @Test
  void versionWithoutBaseline_isWarmingAsLongAsItPredicts() {
    Scene scene = new Scene();
    scene.dossier.take(Scene.document(2));
    for (int i = 0; i < 80; i++) {
      scene.dossier.take(SomeReadings.unprofiled("v1", unprofiledTo(scene)), scene.now);
    }

    assertThat(scene.states)
        .hasSizeGreaterThan(35)
        .allMatch(said -> said.state() == ModelState.WARMING);
    assertThat(scene.decisions).noneMatch(decision -> decision.verdict() == Verdict.RETRAIN);
    assertThat(scene.commands).isEmpty();
    assertThat(scene.dossier.primary).isEqualTo("v1");

    scene.tickTo(scene.now + Duration.ofHours(6).toMillis());
    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
  }

  /** A baseline that is gone leaves a version that nobody can judge, and not one that is silent. */
  @Test
  void versionThatLosesItsBaseline_isWarmingOnceNothingWasMeasuredForLong() {
    Scene scene = Scene.of(2);
    scene.windows(6, 0);
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
    int judged = scene.states.size();
    unprofiled(scene, 2);
    assertThat(scene.last().missing()).contains(Signal.DATA_DRIFT);
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
    unprofiled(scene, 78);

    assertThat(scene.states).hasSizeGreaterThan(judged + 35);
    assertThat(scene.state()).isEqualTo(ModelState.WARMING);
    assertThat(scene.states).noneMatch(said -> said.state() == ModelState.NO_DATA);
    assertThat(scene.commands).isEmpty();
    int warming = scene.states.size();
    scene.tickTo(scene.now + Duration.ofHours(6).toMillis());
    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    assertThat(scene.states.subList(warming, scene.states.size()))
        .noneMatch(said -> said.state() == ModelState.HEALTHY);

    scene.windows(2, 0);
    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
  }

  /** It was published, and drift-monitor had no room for it. */
  @Test
  void versionWhoseBaselineNobodyCountsBy_isWarming_andItsAgeCounts() {
    Scene scene = Scene.of(2);
    unprofiled(scene, 40);
    assertThat(scene.states)
        .hasSizeGreaterThan(15)
        .allMatch(said -> said.state() == ModelState.WARMING);
    assertThat(scene.commands).isEmpty();

    scene.policy(1, "\"when\": \"age > duration('240h')\", \"action\": {\"retrain\": {}}");
    unprofiled(scene, 4);
    assertThat(scene.commands).hasSize(1);
  }

  /** What labels say of it is a measurement. */
  @Test
  void versionWithLabelsAndWithoutBaseline_isHealthy() {
    Scene scene = Scene.of(2);
    scene.labelledWindows(2, 0, 0.8);
    int before = scene.states.size();
    for (int i = 0; i < 80; i++) {
      long end = unprofiledTo(scene);
      scene.dossier.take(SomeReadings.unprofiled("v1", end), scene.now);
      scene.dossier.take(SomeReadings.labelled("v1", end, 0.8), scene.now);
    }

    assertThat(scene.last().missing()).contains(Signal.DATA_DRIFT);
    assertThat(scene.states.subList(before, scene.states.size()))
        .hasSizeGreaterThan(35)
        .allMatch(said -> said.state() == ModelState.HEALTHY);
  }

  /** That nothing is found any more refutes nothing, and a run that ends without a better one. */
  @Test
  void staleVersionThatLosesItsBaseline_isStaleStill() {
    Scene scene = Scene.of(2);
    scene.windows(12, 1);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    unprofiled(scene, 80);

    assertThat(scene.state()).isEqualTo(ModelState.STALE);
  }

  /** A person has asked for it. */
  @Test
  void runForAVersionThatNobodyMeasures_leavesItWarming() {
    Scene scene = Scene.of(2);
    unprofiled(scene, 4);
    says(scene, State.RUNNING, 1);
    unprofiled(scene, 4);
    assertThat(scene.state()).isEqualTo(ModelState.RETRAINING);

    says(scene, State.CANCELLED, 2);
    scene.tick();
    assertThat(scene.state()).isEqualTo(ModelState.WARMING);
  }

  private static void says(Scene scene, State state, long revision) {
    scene.dossier.take(
        new RetrainStatus(
            "c-1", Scene.MODEL, "v1", state, revision, scene.now, null, null, Double.NaN),
        scene.settings.cooldownMillis());
  }

  /** What was decided before there was such a rule comes out as it did. */
  @Test
  void decisionOfAnOlderRelease_knowsNoWarmingOfAVersionWithBaseline() {
    Scene scene = Scene.of(2);
    unprofiled(scene, 4);
    Decision now = scene.last();
    String inputs = new String(now.inputs(), StandardCharsets.UTF_8);
    String before = inputs.replaceFirst("\"format\":4", "\"format\":3");
    assertThat(before).isNotEqualTo(inputs);

    assertThat(now.stateAfter()).isEqualTo(ModelState.WARMING);
    assertThat(Judge.judge(now.inputs()).decision().id()).isEqualTo(now.id());
    assertThat(Judge.judge(before.getBytes(StandardCharsets.UTF_8)).decision().stateAfter())
        .isEqualTo(ModelState.HEALTHY);
  }

  private static void unprofiled(Scene scene, int windows) {
    for (int i = 0; i < windows; i++) {
      scene.dossier.take(SomeReadings.unprofiled("v1", unprofiledTo(scene)), scene.now);
    }
  }

  /** Of one window that had a baseline in parts of it, what was judged counts, provisional too. */
  @Test
  void provisionalReading_comesBeforeTheOneWithoutBaseline() {
    Scene scene = Scene.of(2);
    scene.windows(2, 0);
    long end = unprofiledTo(scene);
    scene.dossier.take(
        SomeReadings.drift(
            "v1", "b-0", end, 1, 1, true, List.of(SomeReadings.feature("delay", 1, List.of()))),
        scene.now);
    scene.dossier.take(SomeReadings.unprofiled("v1", end), scene.now);
    scene.tickTo(scene.decided(end));

    assertThat(scene.last().missing()).doesNotContain(Signal.DATA_DRIFT);
    assertThat(scene.last().features()).containsExactly("delay");
  }

  /** Goes on to when the next window's reading comes; its end. */
  private static long unprofiledTo(Scene scene) {
    long end = scene.nextEnd();
    scene.tickTo(end + 5 * MINUTE);
    return end;
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
  void readingsThatComeTooLate_suspend() {
    Scene scene = Scene.of(2);
    scene.windows(2, 0);
    for (int i = 0; i < 14; i++) {
      scene.tickTo(scene.now + 5 * MINUTE);
      scene.dossier.take(SomeReadings.drift("v1", scene.now - 60 * MINUTE, 1), scene.now);
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

  /** It may be its first weekend. Nothing is done for it alone, and it is seen. */
  @Test
  void driftThatMayBeASeason_triggersNothingAlone() {
    Scene scene = Scene.of(2);
    for (int i = 0; i < 12; i++) {
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
                      List.of(SomeReadings.signal(DriftReading.SEASON_UNKNOWN, 1, false))))),
          scene.now);
      scene.tickTo(scene.decided(end));
    }

    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    assertThat(scene.last().hold()).isEqualTo(Hold.PROVISIONAL);
    assertThat(scene.last().explanation()).contains("its features may be in a season");
    assertThat(scene.commands).isEmpty();
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

  /** The join was switched off after it: what it says is of days ago. */
  @Test
  void fewLabelsOfLongAgo_suspendNothing() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(4, 0, 0.8);
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v1", end, 0), scene.now);
    scene.dossier.take(SomeReadings.labelled("v1", end, 0.8, 1, 0.3), scene.now);
    scene.tickTo(scene.decided(end));
    scene.windows(6, 0);
    assertThat(scene.state()).isEqualTo(ModelState.SUSPENDED);

    scene.windows(36, 0);

    assertThat(scene.state()).isEqualTo(ModelState.HEALTHY);
    assertThat(scene.dossier.versions.get("v1").history.get("coverage")).hasSizeLessThan(5);
  }

  /** What was known is put right while nothing new comes: it is silent, and not behind. */
  @Test
  void correctionsOfASilentModel_areNoLag() {
    Scene scene = Scene.of(1);
    scene.windows(3, 0);
    long end = scene.dossier.judgedToMillis;
    scene.tickTo(scene.now + 6 * 60 * MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    for (int revision = 2; revision < 6; revision++) {
      scene.dossier.take(
          SomeReadings.drift(
              "v1",
              "b-1",
              end,
              revision,
              0,
              false,
              List.of(SomeReadings.feature("delay", 0, List.of()))),
          scene.now);
      scene.tickTo(scene.now + 10 * MINUTE);
      assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
    }
  }
}
