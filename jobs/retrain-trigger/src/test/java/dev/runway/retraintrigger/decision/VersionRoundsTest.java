package dev.runway.retraintrigger.decision;

import static dev.runway.retraintrigger.decision.SomeScenes.stale;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Versions that come, go, and are worse. */
class VersionRoundsTest {
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

  /** What it is like is still measured: should it stay after all, that counts. */
  @Test
  void versionThatIsToGo_isShownAtOnce_andNothingIsDoneAboutIt() {
    Scene scene = Scene.of(2);
    scene.windows(2, 0);
    scene.dossier.take(Scene.deprecated(2, "v1"));
    int judged = scene.decisions.size();
    scene.tickTo(scene.now + Scene.MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.DEPRECATED);
    assertThat(scene.decisions).hasSize(judged);

    scene.windows(12, 1);
    assertThat(scene.state()).isEqualTo(ModelState.DEPRECATED);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.NONE);
    assertThat(scene.last().score()).isPositive();
    assertThat(scene.last().episode()).isNotNull();
    assertThat(scene.last().explanation()).startsWith("v1 is DEPRECATED with a score of");
    assertThat(scene.commands).isEmpty();
    assertThat(Judge.judge(scene.last().inputs()).decision().id()).isEqualTo(scene.last().id());

    scene.dossier.take(Scene.document(2));
    scene.tickTo(scene.now + Scene.MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.STALE);
    scene.windows(4, 1);
    assertThat(scene.commands).hasSize(1);
  }

  @Test
  void versionThatIsToGo_isRetrainingWhileACommandOfItRuns_andSilentOnceItPredictsNothing() {
    Scene scene = stale();
    scene.status(scene.commands.get(0), State.RUNNING, 3, "");
    scene.dossier.take(Scene.deprecated(2, "v0", "v1"));
    scene.tickTo(scene.now + Scene.MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.RETRAINING);

    scene.status(scene.commands.get(0), State.FAILED, 4, "");
    scene.tickTo(scene.now + Scene.MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.DEPRECATED);
    scene.windows(6, 1);
    assertThat(scene.commands).hasSize(1);

    scene.tickTo(scene.now + 3 * 60 * Scene.MINUTE);
    assertThat(scene.state()).isEqualTo(ModelState.NO_DATA);
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

  /** The ledger does not know the version, and will not know it with the next window. */
  @Test
  void rollbackThatIsRefusedForGood_leavesARetrain() {
    Scene scene = worse();
    assertThat(scene.commands).hasSize(1);
    scene.status(
        scene.commands.get(0), RetrainStatus.State.REFUSED, 1, "unknown_version: nobody has it");
    for (int i = 0; i < 2; i++) {
      window(scene, "v2", 0.7, 1);
    }

    assertThat(scene.commands).hasSize(2);
    assertThat(scene.commands.get(1).cause().action()).isEqualTo(RetrainCommand.Action.RETRAIN);
    assertThat(scene.commands.get(1).cause().modelVersion()).isEqualTo("v2");
  }

  /** Tier 2 retrains by itself; but who cancels a rollback wants the version to stay, for now. */
  @Test
  void rollbackThatAPersonHasEnded_leavesARetrainThatIsAskedFor() {
    for (String why : List.of("cancelled: by bob", "rejected: by bob", "cancelled_there: bob")) {
      Scene scene = worse(2);
      assertThat(scene.commands.get(0).cause().action()).isEqualTo(RetrainCommand.Action.ROLLBACK);
      boolean rejected = why.startsWith("rejected");
      scene.status(
          scene.commands.get(0),
          rejected ? RetrainStatus.State.REFUSED : RetrainStatus.State.CANCELLED,
          1,
          why);
      for (int i = 0; i < 3; i++) {
        window(scene, "v2", 0.7, 1);
      }

      assertThat(scene.last().verdict()).isEqualTo(Verdict.RETRAIN);
      assertThat(scene.last().mode()).isEqualTo(RetrainCommand.Mode.APPROVE);
      assertThat(scene.last().explanation()).contains("A person has ended the rollback");
      if (rejected) {
        assertThat(scene.commands.get(1).mode()).isEqualTo(RetrainCommand.Mode.APPROVE);
      } else {
        assertThat(scene.last().hold()).isEqualTo(Hold.COOL_DOWN);
      }
    }
  }

  /** What the ledger cannot do, nobody has decided. */
  @Test
  void rollbackThatNobodyEnded_leavesARetrainAsTheModeSays() {
    Scene scene = worse(2);
    scene.status(
        scene.commands.get(0), RetrainStatus.State.REFUSED, 1, "unknown_version: nobody has it");
    for (int i = 0; i < 3; i++) {
      window(scene, "v2", 0.7, 1);
    }

    assertThat(scene.commands.get(1).mode()).isEqualTo(RetrainCommand.Mode.AUTO);
  }

  @Test
  void rollbackThatWaitsForAPerson_isWaitedFor() {
    Scene scene = worse();
    scene.status(scene.commands.get(0), RetrainStatus.State.AWAITING_APPROVAL, 1, "");
    for (int i = 0; i < 4; i++) {
      window(scene, "v2", 0.7, 1);
    }

    assertThat(scene.commands).hasSize(1);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.ROLLBACK);
  }

  /** One window of labels that were wrong, and are put right before another one follows. */
  @Test
  void correctionOfTheWindowThatWasWorse_takesItsComparisonBack() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(6, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    window(scene, "v2", 0.8, 1);
    window(scene, "v2", 0.8, 1);
    long end = scene.nextEnd();
    window(scene, "v2", 0.5, 1);
    assertThat(scene.dossier.versions.get("v2").rollbackPs.get("v1|auc")).isLessThan(0.01);

    scene.dossier.take(SomeReadings.labelled("v2", end, 0.8, 2, 0.95), scene.now);
    scene.tickTo(scene.now + Scene.MINUTE);

    assertThat(scene.dossier.versions.get("v2").rollbackPs.getOrDefault("v1|auc", 1.0))
        .isGreaterThan(0.5);
  }

  /**
   * The ledger has ended the training for the way back, which could not be had either: what is left
   * is a retrain, at the end of the cool-down of the first.
   */
  @Test
  void trainingThatMadeWayForARollback_isAskedForAgain() {
    Scene scene = Scene.of(2);
    scene.labelledWindows(12, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    while (scene.commands.isEmpty()) {
      drifting(scene, List.of());
    }
    RetrainCommand training = scene.commands.get(0);
    assertThat(training.cause().action()).isEqualTo(RetrainCommand.Action.RETRAIN);
    scene.status(training, State.RUNNING, 1, "");
    while (scene.commands.size() == 1) {
      drifting(scene, List.of(0.5));
    }
    RetrainCommand back = scene.commands.get(1);
    assertThat(back.cause().action()).isEqualTo(RetrainCommand.Action.ROLLBACK);
    scene.status(training, State.CANCELLED, 2, "cancelled: by rollback:" + back.commandId());
    scene.status(back, State.REFUSED, 1, "unknown_version: nobody has it");
    drifting(scene, List.of(0.5));
    drifting(scene, List.of(0.5));
    assertThat(scene.last().verdict()).isEqualTo(Verdict.RETRAIN);
    assertThat(scene.last().hold()).isEqualTo(Hold.COOL_DOWN);

    while (scene.now < training.issuedAtMillis() + scene.settings.cooldownMillis()) {
      drifting(scene, List.of(0.5));
    }
    drifting(scene, List.of(0.5));
    drifting(scene, List.of(0.5));

    assertThat(scene.commands).hasSize(3);
    RetrainCommand again = scene.commands.get(2);
    assertThat(again.cause().action()).isEqualTo(RetrainCommand.Action.RETRAIN);
    assertThat(again.cause().episode()).isEqualTo(training.cause().episode());
    assertThat(again.cause().attempt()).isEqualTo(2);
  }

  private static void drifting(Scene scene, List<Double> auc) {
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v2", end, 1), scene.now);
    auc.forEach(each -> scene.dossier.take(SomeReadings.labelled("v2", end, each), scene.now));
    scene.tickTo(scene.decided(end));
  }

  /** It was younger than a day when it was found worse, and that window is read as it was. */
  @Test
  void windowThatCountsAnewWhenItsVersionIsADayOld_isAsYoungAsItWas() {
    Scene scene = Scene.of(1);
    scene.labelledWindows(6, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 1; i < 143; i++) {
      takeOver(scene, "v2");
    }
    long end = scene.nextEnd();
    assertThat(end - scene.dossier.versions.get("v2").firstSeenMillis)
        .isEqualTo(Scene.day() - 10 * Scene.MINUTE);
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift("v2", end, 0), scene.now);
    for (int i = 0; i < 6; i++) {
      scene.dossier.take(SomeReadings.labelled("v2", end - i * 10L * Scene.MINUTE, 0.5), scene.now);
    }
    scene.tickTo(scene.decided(end));
    assertThat(scene.last().verdict()).isEqualTo(Verdict.ROLLBACK);
    String episode = scene.dossier.versions.get("v2").episode;
    scene.status(scene.commands.get(0), State.AWAITING_APPROVAL, 1, "");
    scene.tickTo(end + 18 * Scene.MINUTE);

    scene.dossier.take(
        SomeReadings.drift(
            "v2", "b-1", end, 2, 0, false, List.of(SomeReadings.feature("delay", 0, List.of()))),
        scene.now);
    scene.tickTo(scene.now + Scene.MINUTE);

    assertThat(scene.last().atMillis()).isEqualTo(scene.now);
    assertThat(scene.last().verdict()).isEqualTo(Verdict.ROLLBACK);
    assertThat(scene.dossier.versions.get("v2").episode).isEqualTo(episode);
  }

  private static Scene worse() {
    return worse(1);
  }

  /** Windows of tier 2 are twice as long. */
  private static Scene worse(int tier) {
    Scene scene = Scene.of(tier);
    scene.labelledWindows(6 * tier, 0, 0.8);
    scene.dossier.take(Scene.baseline("v2"));
    for (int i = 0; i < 6 * tier; i++) {
      window(scene, "v2", 0.7, 1);
    }
    return scene;
  }

  private static void window(Scene scene, String version, double auc, long revision) {
    long end = scene.nextEnd();
    scene.tickTo(end);
    scene.dossier.take(SomeReadings.drift(version, end, 0), scene.now);
    scene.dossier.take(SomeReadings.labelled(version, end, auc, revision, 0.95), scene.now);
    scene.tickTo(scene.decided(end));
  }

  /** Canaries come and go while it is silent; what it was is still asked for. */
  @Test
  void versionWithTheTraffic_isNotTheOneThatMakesRoom() {
    Scene scene = Scene.of(2);
    scene.windows(2, 0);
    assertThat(scene.dossier.primary).isEqualTo("v1");
    for (int version = 2; version <= 12; version++) {
      scene.dossier.take(
          SomeReadings.thin("v" + version, scene.now + version * 30_000L), scene.now);
    }

    assertThat(scene.dossier.versions).hasSizeLessThanOrEqualTo(8).containsKeys("v1", "v12");
  }
}
