package dev.runway.retraintrigger.stream;

import static dev.runway.retraintrigger.stream.JudgeHarness.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.DecisionCodec;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.ExperimentResult;
import dev.runway.model.ExperimentResultCodec;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.ModelState;
import dev.runway.model.PolicyVersion;
import dev.runway.model.PolicyVersionCodec;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.SignalPart;
import dev.runway.model.Topic;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.known.FixedKnown;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JudgeModelsOperatorTest {
  private static final byte[] MODEL = Scene.MODEL.getBytes(StandardCharsets.UTF_8);

  @Test
  void staleModel_getsOneCommand() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(2, 0);
      assertThat(job.states.get(job.states.size() - 1).state()).isEqualTo(ModelState.HEALTHY);
      job.windows(24, 1);

      assertThat(job.commands).hasSize(1);
      assertThat(job.dead).isEmpty();
    }
  }

  /** It counts for the first tick behind it, and after a restart. */
  @Test
  void resultOfASpace_countsForTheTickBehindIt() throws Exception {
    EmbeddingStability breaking =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    try (JudgeHarness job = JudgeHarness.of(1)) {
      job.known.write(
          Topic.MODELS, MODEL, ModelDocumentCodec.write(Scene.embedded(1, "v6", "v5")), 1);
      job.space(breaking, Scene.START + 29 * MINUTE);
      job.windows(2, 0);
      assertThat(job.decisions).isNotEmpty().noneMatch(JudgeModelsOperatorTest::hasEmbedding);
      job.restart();
      job.windows(4, 0);

      assertThat(job.decisions).anyMatch(JudgeModelsOperatorTest::hasEmbedding);
      assertThat(job.commands).hasSize(1);
      assertThat(job.dead).isEmpty();
    }
  }

  private static boolean hasEmbedding(Decision decision) {
    return decision.parts().stream().anyMatch(part -> part.signal() == SignalPart.Signal.EMBEDDING);
  }

  /** A watermark takes its time: whenever readings come, a model that drifts gets its command. */
  @Test
  void readingsThatComeLate_countAtTheNextTick() throws Exception {
    for (long minutes : List.of(0, 5, 8, 9)) {
      try (JudgeHarness job = JudgeHarness.of(1)) {
        job.windows(12, 1, minutes * MINUTE);

        assertThat(job.commands).as("%d minutes", minutes).hasSize(1);
        assertThat(job.decisions)
            .filteredOn(decision -> decision.episode() != null)
            .first()
            .returns(Scene.START + (20 + Math.max(7, minutes + 1)) * MINUTE, Decision::atMillis)
            .returns(Scene.START + 20 * MINUTE, Decision::windowEndMillis);
      }
    }
  }

  /** The core alone, tick by tick, is what the operator must come to. */
  @Test
  void decisions_areThoseOfTheCore() throws Exception {
    Scene scene = new Scene();
    scene.now = Scene.START + Scene.COMES;
    scene.dossier.take(Scene.document(2));
    for (int i = 0; i < 12; i++) {
      long end = Scene.START + i * (10 * MINUTE);
      scene.tickTo(end + Scene.COMES);
      scene.dossier.take(SomeReadings.drift("v1", end, 1), scene.now + MINUTE);
      scene.dossier.take(Scene.baseline("v1"));
      scene.tickTo(end + 10 * MINUTE);
    }
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(12, 1);

      assertThat(ids(job.decisions)).isEqualTo(ids(scene.decisions));
      assertThat(job.states).isEqualTo(scene.states);
    }
  }

  private static List<String> ids(List<Decision> decisions) {
    return decisions.stream().map(decision -> decision.id().toString()).toList();
  }

  @Test
  void restarts_changeNothing() throws Exception {
    try (JudgeHarness calm = JudgeHarness.of(2);
        JudgeHarness shaken = JudgeHarness.of(2)) {
      calm.windows(12, 1);
      for (int i = 0; i < 12; i++) {
        shaken.windows(1, 1);
        shaken.restart();
      }

      assertThat(calm.decisions).isNotEmpty();
      assertThat(ids(shaken.decisions)).isEqualTo(ids(calm.decisions));
      assertThat(shaken.commands).hasSize(1);
    }
  }

  /** What was read and waits for a tick is in the snapshot, and so is a tick that waits. */
  @Test
  void whatWaits_survivesARestart() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.tickTo(Scene.START + 26 * MINUTE);
      job.reading(SomeReadings.drift("v1", Scene.START + 20 * MINUTE, 1), job.now + 1_000);
      job.tickWaits(Scene.START + 27 * MINUTE);
      job.restart();
      assertThat(job.decisions).isEmpty();

      job.reaches(Scene.START + 28 * MINUTE);

      assertThat(job.decisions).hasSize(1);
      assertThat(job.decisions.get(0).atMillis()).isEqualTo(Scene.START + 27 * MINUTE);
    }
  }

  /** One subtask may be behind another: whichever it is, its ticks are in the snapshot. */
  @Test
  void tickThatWaits_survivesARestart_whateverSubtaskItIs() throws Exception {
    int parallelism = 2;
    while (JudgeHarness.subtask(parallelism) == 0) {
      parallelism++;
    }
    try (JudgeHarness job = JudgeHarness.of(2, parallelism)) {
      job.tickTo(Scene.START + 26 * MINUTE);
      job.reading(SomeReadings.drift("v1", Scene.START + 20 * MINUTE, 1), job.now + 1_000);
      job.tickWaits(Scene.START + 27 * MINUTE);
      job.restart();

      job.reaches(Scene.START + 28 * MINUTE);

      assertThat(job.decisions).hasSize(1);
    }
  }

  /** A process dies before its checkpoint: what was written since counts at its tick once more. */
  @Test
  void whatCameAfterACheckpoint_countsAtItsTick() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      var state = job.snapshot();
      long at = job.now;
      int said = 0;
      while (job.commands.isEmpty()) {
        state = job.snapshot();
        at = job.now;
        said = job.decisions.size();
        job.windows(1, 1);
      }
      status(job, job.commands.get(0), RetrainStatus.State.FAILED, job.now + MINUTE);
      policy(job, job.now + MINUTE);
      job.windows(3, 1);
      List<String> once = ids(job.decisions.subList(said, job.decisions.size()));
      int commands = job.commands.size();
      assertThat(commands).isEqualTo(2);

      job.restart(state);
      job.now = at;
      job.windows(4, 1);

      assertThat(ids(job.decisions.subList(said + once.size(), job.decisions.size())))
          .isEqualTo(once);
      assertThat(job.commands).hasSize(commands);
    }
  }

  /** An older savepoint, or no state at all, decides the same again and gives the same ids. */
  @Test
  void replay_givesNoOtherCommand() throws Exception {
    try (JudgeHarness first = JudgeHarness.of(2);
        JudgeHarness again = JudgeHarness.of(2)) {
      first.windows(3, 1);
      var old = first.snapshot();
      first.windows(12, 1);
      String command = first.commands.get(0).commandId().toString();

      again.windows(3, 1);
      again.restart(old);
      again.windows(12, 1);

      assertThat(again.commands).extracting(c -> c.commandId().toString()).containsExactly(command);
      assertThat(ids(again.decisions)).isEqualTo(ids(first.decisions));
    }
  }

  /** In a replay all readings may be there before the first tick: they count for their own. */
  @Test
  void readingsAheadOfTheirTick_wait() throws Exception {
    try (JudgeHarness live = JudgeHarness.of(2);
        JudgeHarness replay = JudgeHarness.of(2)) {
      live.windows(12, 1);
      for (int i = 0; i < 12; i++) {
        long end = Scene.START + i * (10 * MINUTE);
        replay.reading(SomeReadings.drift("v1", end, 1), end + Scene.COMES + 1_000);
      }
      replay.tickTo(live.now);

      assertThat(ids(replay.decisions)).isEqualTo(ids(live.decisions));
    }
  }

  /** After a pause of hours all that was read counts for one tick, and need not wait for it. */
  @Test
  void readingsThatAreTooMany_areMergedBeforeTheirTick() throws Exception {
    try (JudgeHarness calm = JudgeHarness.of(2);
        JudgeHarness full = JudgeHarness.withRoomFor(3, 2)) {
      for (JudgeHarness job : List.of(calm, full)) {
        job.windows(2, 1);
        job.tickWaits(job.now + 100 * MINUTE);
        readingsOf(job, 10, job.now - 100 * MINUTE);
      }
      assertThat(calm.waitingReadings()).isEqualTo(10);
      assertThat(full.waitingReadings()).isLessThanOrEqualTo(3);
      full.restart();

      for (JudgeHarness job : List.of(calm, full)) {
        job.reaches(job.now + MINUTE);
        job.windows(12, 1);
      }
      assertThat(full.commands).hasSize(1);
      assertThat(ids(full.decisions)).isEqualTo(ids(calm.decisions));
    }
  }

  /** The same while no tick is known: memory is bounded, and nothing is lost. */
  @Test
  void readingsThatAreTooMany_areMergedThoughNoTickIsKnown() throws Exception {
    try (JudgeHarness calm = JudgeHarness.of(2);
        JudgeHarness full = JudgeHarness.withRoomFor(3, 2)) {
      for (JudgeHarness job : List.of(calm, full)) {
        job.windows(2, 1);
        readingsOf(job, 10, job.now);
      }
      assertThat(full.waitingReadings()).isLessThanOrEqualTo(3);

      for (JudgeHarness job : List.of(calm, full)) {
        job.tick(job.now + 100 * MINUTE);
        job.windows(12, 1);
      }
      assertThat(full.states).isEqualTo(calm.states);
      assertThat(full.commands).hasSize(1);
    }
  }

  private static void readingsOf(JudgeHarness job, int windows, long from) throws Exception {
    for (int i = 0; i < windows; i++) {
      long end = Scene.nextEnd(from) + i * (10 * MINUTE);
      job.reading(SomeReadings.drift("v1", end, 1), end + Scene.COMES + 1_000);
    }
  }

  @Test
  void switchesAndStorms_holdCommands() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.usual = new Surroundings(null, 0, 0, null, null, false, true);
      job.windows(8, 1);
      assertThat(job.commands).isEmpty();
      assertThat(job.decisions.get(job.decisions.size() - 1).hold()).isEqualTo(Hold.KILL_SWITCH);

      job.usual = new Surroundings(null, 0, 0, "many", null, false, false);
      job.windows(4, 1);
      assertThat(job.decisions.get(job.decisions.size() - 1).hold()).isEqualTo(Hold.STORM);

      job.usual = Surroundings.QUIET;
      Control stop = control(Control.Action.KILL_SWITCH_ON, 1);
      job.known.write(Topic.CONTROLS, stop.key(), ControlCodec.write(stop), job.now + 1);
      job.windows(4, 1);
      assertThat(job.commands).isEmpty();
      assertThat(job.decisions.get(job.decisions.size() - 1).hold()).isEqualTo(Hold.KILL_SWITCH);

      Control go = control(Control.Action.KILL_SWITCH_OFF, 2);
      job.known.write(Topic.CONTROLS, go.key(), ControlCodec.write(go), job.now + 1);
      job.windows(4, 1);
      assertThat(job.commands).hasSize(1);
    }
  }

  private static Control control(Control.Action action, long revision) {
    return new Control(
        Scene.MODEL,
        action,
        revision,
        "someone",
        0,
        Control.NEVER,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** A change of policy counts from the first tick that was appended after it. */
  @Test
  void policy_countsFromTheTickAfterIt() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(2, 0);
      policy(job, job.now + 1);
      job.windows(2, 1);

      assertThat(job.commands).hasSize(1);
      assertThat(job.commands.get(0).policyVersion()).isEqualTo(4);
      assertThat(job.decisions.get(0).policy()).isNull();
    }
  }

  /** Nobody has to wait for the tick to see that it has come; but until then it decides nothing. */
  @Test
  void policy_isReadAsItComes_alsoAfterARestart_andCountsFromTheTickAfterIt() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(2, 0);
      for (int i = 1; i <= 2; i++) {
        policy(job, job.now + JudgeHarness.LATER + i);
        assertThat(job.readTo(Topic.POLICIES)).isEqualTo(i - 1);
        job.readsOn();
        assertThat(job.readTo(Topic.POLICIES)).isEqualTo(i);
        assertThat(job.held()).isEqualTo(i);
      }
      job.restart();
      policy(job, job.now + JudgeHarness.LATER + 3);
      job.readsOn();
      assertThat(job.readTo(Topic.POLICIES)).isEqualTo(3);
      assertThat(job.held()).isEqualTo(3);
      assertThat(job.commands).isEmpty();

      job.windows(2, 1);

      assertThat(job.held()).isZero();
      assertThat(job.commands).singleElement().returns(4, RetrainCommand::policyVersion);
    }
  }

  /** Whether documents were read long before their tick, or with it, as in a replay. */
  @Test
  void howSoonDocumentsAreRead_changesNoDecision() throws Exception {
    try (JudgeHarness live = JudgeHarness.of(2);
        JudgeHarness replay = JudgeHarness.of(2)) {
      live.readsOn();
      for (JudgeHarness job : List.of(live, replay)) {
        job.windows(2, 0);
        policy(job, job.now + 1);
        job.windows(4, 1);
        status(job, job.commands.get(0), RetrainStatus.State.GRANTED, job.now + 1);
        job.windows(2, 1);
        // Appended behind the next tick, so it is read before that one and counts for it not.
        byte[] tier = ModelDocumentCodec.write(Scene.document(1));
        job.known.write(Topic.MODELS, MODEL, tier, job.now + MINUTE + JudgeHarness.LATER);
        job.tick(job.now + MINUTE);
        job.windows(3, 0.5);
      }

      assertThat(live.readTo(Topic.MODELS)).isEqualTo(2);
      assertThat(ids(live.decisions)).hasSizeGreaterThan(5).isEqualTo(ids(replay.decisions));
      assertThat(live.states).isEqualTo(replay.states);
      assertThat(live.commands).hasSameSizeAs(replay.commands).isNotEmpty();
    }
  }

  private static void policy(JudgeHarness job, long at) {
    byte[] document =
        """
        {"metadata": {"name": "strict", "team": "ranking"},
         "spec": {"models": ["ranker"], "when": "signal.psi_max > 0.2",
                  "action": {"retrain": {"mode": "auto"}}}}
        """
            .getBytes(StandardCharsets.UTF_8);
    PolicyVersion policy = new PolicyVersion("strict", 4, document);
    job.known.write(Topic.POLICIES, policy.key(), PolicyVersionCodec.write(policy), at);
  }

  private static void status(
      JudgeHarness job, RetrainCommand command, RetrainStatus.State state, long at) {
    RetrainStatus status =
        new RetrainStatus(
            command.commandId().toString(), Scene.MODEL, "v1", state, 1, at, null, null, 50);
    job.known.write(Topic.RETRAIN_STATUS, status.key(), RetrainStatusCodec.write(status), at);
  }

  @Test
  void whatTheLedgerSays_isSeenAtTheNextTick() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(8, 1);
      status(job, job.commands.get(0), RetrainStatus.State.GRANTED, job.now + 1);
      job.tick(job.now + MINUTE);

      assertThat(job.states.get(job.states.size() - 1).state()).isEqualTo(ModelState.RETRAINING);
    }
  }

  /**
   * As after a restore of the topic of commands alone. Of another model it is not about this one.
   */
  @Test
  void statusOfACommandThatNobodyHereHasSent_holdsItsModelAndNoOther() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      runs(job, "other");
      job.windows(3, 1);
      assertThat(job.states.get(job.states.size() - 1).state()).isNotEqualTo(ModelState.RETRAINING);

      runs(job, Scene.MODEL);
      job.windows(8, 1);

      assertThat(job.states.get(job.states.size() - 1).state()).isEqualTo(ModelState.RETRAINING);
      assertThat(job.decisions.get(job.decisions.size() - 1).hold()).isEqualTo(Hold.OUTSTANDING);
      assertThat(job.commands).isEmpty();
      assertThat(job.dead).isEmpty();
    }
  }

  private static void runs(JudgeHarness job, String model) {
    RetrainStatus status =
        new RetrainStatus(
            UUID.nameUUIDFromBytes(model.getBytes(StandardCharsets.UTF_8)).toString(),
            model,
            "v1",
            RetrainStatus.State.RUNNING,
            4,
            job.now,
            null,
            null,
            50);
    job.known.write(
        Topic.RETRAIN_STATUS, status.key(), RetrainStatusCodec.write(status), job.now + 1);
  }

  @Test
  void readingOfAnUnknownModel_isADeadLetter() throws Exception {
    try (JudgeHarness job = new JudgeHarness(new FixedKnown(), 1)) {
      job.windows(1, 1);

      assertThat(job.decisions).isEmpty();
      assertThat(job.dead).singleElement().returns(Reason.UNKNOWN_MODEL, letter -> letter.reason());
      assertThat(job.entriesLeft()).isZero();
    }
  }

  /** A model that is deleted while it is retrained is kept until its command has ended. */
  @Test
  void deletedModel_isSaidToBeRetired_andForgotten() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(8, 1);
      String command = job.commands.get(0).commandId().toString();
      job.known.write(Topic.MODELS, MODEL, null, job.now + 1);
      job.tickTo(job.now + 60 * MINUTE);
      assertThat(job.states.get(job.states.size() - 1).state()).isEqualTo(ModelState.RETIRED);
      assertThat(job.entriesLeft()).isPositive();

      RetrainStatus ended =
          new RetrainStatus(
              command, Scene.MODEL, "v1", RetrainStatus.State.CANCELLED, 1, job.now, null, null, 0);
      job.known.write(
          Topic.RETRAIN_STATUS, ended.key(), RetrainStatusCodec.write(ended), job.now + 1);
      job.tickTo(job.now + 2 * MINUTE);
      job.snapshot();
      assertThat(job.entriesLeft()).isZero();
    }
  }

  /** Whether the process has seen it go or not: when it was started decides nothing. */
  @Test
  void modelThatComesBack_isAsOldAsItsBaselineSays() throws Exception {
    try (JudgeHarness calm = JudgeHarness.of(2);
        JudgeHarness fresh = JudgeHarness.of(2)) {
      for (JudgeHarness job : List.of(calm, fresh)) {
        job.windows(2, 0);
        job.known.write(Topic.MODELS, MODEL, null, job.now + 1);
        job.tickTo(job.now + 60 * MINUTE);
        job.snapshot();
        assertThat(job.entriesLeft()).isZero();
        job.known.write(
            Topic.MODELS, MODEL, ModelDocumentCodec.write(Scene.document(2)), job.now + 1);
        job.tickTo(job.now + MINUTE);
      }
      fresh.restart();
      for (JudgeHarness job : List.of(calm, fresh)) {
        job.windows(2, 0);
      }

      assertThat(calm.decisions.get(calm.decisions.size() - 1).parts())
          .anyMatch(part -> part.signal() == SignalPart.Signal.AGE);
      assertThat(ids(fresh.decisions)).isEqualTo(ids(calm.decisions));
    }
  }

  /** Nobody will ever answer it. */
  @Test
  void deletedModelWhoseCommandWasLost_isForgotten() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(8, 1);
      job.known.write(Topic.MODELS, MODEL, null, job.now + 1);
      job.tickTo(job.now + 60 * MINUTE);
      assertThat(job.entriesLeft()).isPositive();

      job.tick(job.commands.get(0).deadlineAtMillis() + MINUTE);
      job.snapshot();
      assertThat(job.entriesLeft()).isZero();
    }
  }

  @Test
  void modelThatIsRegisteredLater_isJudgedFromThen() throws Exception {
    try (JudgeHarness job = new JudgeHarness(new FixedKnown(), 1)) {
      job.windows(2, 1);
      job.known.write(Topic.MODELS, MODEL, ModelDocumentCodec.write(Scene.document(2)), job.now);
      job.windows(4, 1);

      assertThat(job.dead).hasSize(2);
      assertThat(job.decisions).isNotEmpty();
    }
  }

  @Test
  void storedDecision_canBeReadAgain() throws Exception {
    try (JudgeHarness job = JudgeHarness.of(2)) {
      job.windows(4, 1);
      for (Decision decision : job.decisions) {
        byte[] bytes = DecisionCodec.write(decision);
        assertThat(DecisionCodec.write(DecisionCodec.read(bytes))).isEqualTo(bytes);
      }
    }
  }

  /** What was written when the state was, is known; what came later counts for its tick. */
  @Test
  void findingOfAnExperiment_countsFromTheTickAfterIt_alsoAfterARestart() throws Exception {
    try (JudgeHarness calm = JudgeHarness.of(2);
        JudgeHarness job = JudgeHarness.of(2)) {
      for (JudgeHarness each : List.of(calm, job)) {
        each.windows(4, 0);
        for (long revision = 1; revision <= 2; revision++) {
          ExperimentResult result =
              SomeReadings.experiment("v1", -0.1 * revision, each.now, revision);
          long at = each.now + (revision == 1 ? 1 : 30 * MINUTE);
          each.known.write(
              Topic.EXPERIMENTS, result.key(), ExperimentResultCodec.write(result), at);
        }
        each.windows(2, 0);
        if (each == job) {
          each.restart();
        }
        each.windows(8, 0);
      }

      assertThat(experiments(job))
          .isEqualTo(experiments(calm))
          .containsExactly(-1.0, 0.0836, 0.1836);
      assertThat(ids(job.decisions)).isEqualTo(ids(calm.decisions));
      assertThat(job.dead).isEmpty();
    }
  }

  /** Of the decisions, one after the other: how much worse it was found to be; -1 for nothing. */
  private static List<Double> experiments(JudgeHarness job) {
    return job.decisions.stream()
        .map(
            decision ->
                decision.parts().stream()
                    .filter(part -> part.signal() == SignalPart.Signal.EXPERIMENT)
                    .map(part -> Math.round(part.value() * 1e4) / 1e4)
                    .findFirst()
                    .orElse(-1.0))
        .distinct()
        .toList();
  }
}
