package dev.runway.retraintrigger;

import static dev.runway.retraintrigger.JobStage.judged;
import static dev.runway.retraintrigger.JobStage.utf8;
import static dev.runway.retraintrigger.Scene.MINUTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Hours of models that become stale, and of some that do not, on a real broker. */
class RetrainTriggerJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  private static final InMemoryReporter METRICS = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final FlinkCluster FLINK =
      new FlinkCluster(METRICS.addToConfiguration(new Configuration()));

  private static final Duration PATIENCE = Waits.LONG;
  private static final String STOPPED = "stopped";
  private static final String NEWCOMER = "newcomer";
  private static final List<String> MODELS = List.of(Scene.MODEL, STOPPED);

  /** So long is the fleet played, in minutes. */
  private static final int LENGTH = 180;

  @TempDir Path folder;

  private final List<String> playing = new ArrayList<>(MODELS);
  private long played = Scene.START;

  @Test
  void staleModel_getsOneCommand_whoeverDecides() throws Exception {
    try (JobStage stage = new JobStage(BROKER, "runway-savepoint")) {
      stage.register(Scene.MODEL, 2);
      stage.register(STOPPED, 2);
      Control stop =
          new Control(
              STOPPED,
              Control.Action.KILL_SWITCH_ON,
              1,
              "someone",
              Scene.START,
              Control.NEVER,
              null,
              null,
              null,
              null,
              null,
              null);
      stage.send(Topic.CONTROLS, stop.key(), ControlCodec.write(stop), Scene.START);
      byte[] unknown = JobStage.drift("nobody", Scene.START, 1);
      stage.send(Topic.DRIFT, utf8("nobody"), unknown, Scene.START + 1);
      stage.send(Topic.DRIFT, utf8(Scene.MODEL), utf8("{}"), Scene.START + 2);
      sayAll(stage, MODELS, 240);
      play(stage, 30);
      JobClient first = stage.submit(null, 2);
      await().atMost(PATIENCE).until(() -> stage.judgedTo(Scene.MODEL) >= judged(30, 20));
      // Between two ticks, the next of which is played when this run is over.
      stage.register(NEWCOMER, 2, played + 1_000);
      await().atMost(PATIENCE).until(() -> readToByAll(first, "models-read-to") == 3);
      String savepoint =
          first
              .stopWithSavepoint(
                  false,
                  folder.resolve("savepoints").toUri().toString(),
                  SavepointFormatType.CANONICAL)
              .get();

      playing.add(NEWCOMER);
      play(stage, 240);
      // Two copies of the job share the four slots.
      JobClient restored = stage.submit(savepoint, 2);
      JobClient copy = stage.submit(null, 2);
      try {
        requireOneDecisionForEachWindow(stage);
        await().atMost(PATIENCE).until(() -> stage.judgedTo(NEWCOMER) >= judged(240, 20));
        // Its first reading came behind its document, and so it was never unknown.
        assertThat(stage.decisions(NEWCOMER).get(0).windowEndMillis())
            .isLessThanOrEqualTo(Scene.START + 40 * MINUTE);
      } finally {
        restored.cancel().get();
        copy.cancel().get();
      }
    }
  }

  /** The least over all subtasks of both operators that read documents; -1 before they run. */
  private static long readToByAll(JobClient job, String gauge) {
    long least = Long.MAX_VALUE;
    Map<String, Integer> subtasks = Map.of("judge models", 2, "watch fleet", 1);
    for (Map.Entry<String, Integer> each : subtasks.entrySet()) {
      List<OperatorMetricGroup> groups =
          METRICS.findOperatorMetricGroups(job.getJobID(), each.getKey());
      if (groups.size() != each.getValue()) {
        return -1;
      }
      for (OperatorMetricGroup group : groups) {
        Gauge<?> found = (Gauge<?>) METRICS.getMetricsByGroup(group).get(gauge);
        least = Math.min(least, (Long) found.getValue());
      }
    }
    return least;
  }

  private static void requireOneDecisionForEachWindow(JobStage stage) throws Exception {
    for (String model : MODELS) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> stage.timesJudged(model, judged(240, 20)), times -> times >= 2);
    }
    assertThat(stage.commands().values())
        .singleElement()
        .returns(Scene.MODEL, command -> command.cause().modelId());
    for (String model : MODELS) {
      // By tick: the window that makes it stale is looked at again three minutes later.
      Map<Long, Set<String>> byTick = new TreeMap<>();
      for (Decision decision : stage.decisions(model)) {
        byTick
            .computeIfAbsent(decision.atMillis(), at -> new TreeSet<>())
            .add(decision.id().toString());
      }
      assertThat(byTick).hasSizeGreaterThanOrEqualTo(11);
      assertThat(byTick.values()).allMatch(ids -> ids.size() == 1);
    }
    assertThat(stage.decisions(STOPPED)).anyMatch(decision -> decision.hold() == Hold.KILL_SWITCH);
    assertThat(stage.dead()).contains(Reason.UNKNOWN_MODEL, Reason.MISSING_FIELD);
  }

  /** Plays on to so many minutes: a tick in each, and readings of windows of ten. */
  private void play(JobStage stage, int minutes) {
    while (played < Scene.START + minutes * MINUTE) {
      played += MINUTE;
      stage.tick(played);
      long end = played - Scene.COMES;
      if (end % (10 * MINUTE) == 0) {
        for (String model : playing) {
          double severity = model.equals(NEWCOMER) ? 0 : 1;
          byte[] reading = JobStage.drift(model, end, severity);
          stage.send(Topic.DRIFT, utf8(model), reading, played + 1_000);
        }
      }
    }
    stage.flush();
  }

  /**
   * The same hours twice. The second time what comes between two ticks comes in another order, and
   * some of it twice, and two TaskManagers die in the middle.
   */
  @Test
  void killedTaskManager_andAnyOrder_changeNoDecision(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    try (JobStage calm = new JobStage(BROKER, "runway-calm");
        JobStage shaken = new JobStage(BROKER, "runway-shaken")) {
      register(calm);
      playFleet(calm, 1, LENGTH, new Random(1), false);
      JobClient peace = calm.submit(null, 4);
      awaitJudged(calm, LENGTH);
      peace.cancel().get();

      register(shaken);
      Random random = new Random(7);
      playFleet(shaken, 1, LENGTH / 2, random, true);
      JobClient war = shaken.submit(null, 4);
      await().atMost(PATIENCE).until(() -> !shaken.decisions().isEmpty());
      killTaskManager(cluster, 0, war);
      cluster.startTaskManager();
      awaitJudged(shaken, LENGTH / 2);
      killTaskManager(cluster, 1, war);
      // While nobody reads: hours that are played in a moment reach silent partitions one by one,
      // and those that are read first would not wait for them as a minute of the clock does.
      playFleet(shaken, LENGTH / 2 + 1, LENGTH, random, true);
      cluster.startTaskManager();
      awaitJudged(shaken, LENGTH);
      war.cancel().get();

      requireSameInputs(shaken.decisions(), calm.decisions());
      assertThat(ids(shaken)).isEqualTo(ids(calm));
      assertThat(shaken.states()).isEqualTo(calm.states());
      assertThat(shaken.commands().keySet()).isEqualTo(calm.commands().keySet());
      assertThat(shaken.commands().values())
          .extracting(command -> command.cause().modelId())
          .containsExactlyInAnyOrder("always", "embedded", "late", "tier-1");
    }
  }

  /** Says what differs, where ids only say that something does. */
  private static void requireSameInputs(List<Decision> decisions, List<Decision> expected) {
    Map<String, String> inputs = new TreeMap<>();
    expected.forEach(decision -> inputs.put(place(decision), new String(decision.inputs(), UTF_8)));
    for (Decision decision : decisions) {
      assertThat(new String(decision.inputs(), UTF_8))
          .as("inputs of %s", place(decision))
          .isEqualTo(inputs.get(place(decision)));
    }
  }

  private static String place(Decision decision) {
    return decision.modelId() + " " + decision.modelVersion() + " " + decision.atMillis();
  }

  private static void killTaskManager(MiniCluster cluster, int which, JobClient job)
      throws Exception {
    cluster.terminateTaskManager(which).get();
    // It needs all slots, so it cannot go on before there is another one.
    await().atMost(PATIENCE).until(() -> job.getJobStatus().get() != JobStatus.RUNNING);
  }

  /** What the first run has said is heard in all others. */
  private static void sayAll(JobStage stage, List<String> models, int minutes) {
    for (int minute = 1; minute <= minutes; minute++) {
      for (String model : models) {
        stage.said(model, Scene.START + minute * MINUTE);
      }
    }
  }

  private static void register(JobStage stage) {
    fleet().forEach((model, tier) -> stage.register(model, tier));
    stage.send(
        Topic.MODELS,
        utf8("embedded"),
        JobStage.renamed(ModelDocumentCodec.write(Scene.embedded(2, "v6", "v5")), "embedded"),
        Scene.START + 1);
    sayAll(stage, List.of("always", "embedded", "late", "tier-1"), LENGTH);
  }

  private static Map<String, Integer> fleet() {
    return new TreeMap<>(
        Map.of("always", 2, "embedded", 2, "late", 2, "never", 2, "recovers", 3, "tier-1", 1));
  }

  private static double severity(String model, int minute) {
    return switch (model) {
      case "never", "embedded" -> 0;
      // Its windows are of an hour: two that are bad do not make it stale.
      case "recovers" -> minute <= 60 ? 0.9 : 0;
      default -> 1;
    };
  }

  private record Word(String model, byte[] reading, long at) {}

  /** Plays minutes, from the first to the last one; readings come before the next tick. */
  private static void playFleet(JobStage stage, int from, int to, Random random, boolean shaken) {
    for (int minute = from; minute <= to; minute++) {
      long at = Scene.START + minute * MINUTE;
      stage.tick(at);
      List<Word> words = new ArrayList<>();
      for (String model : fleet().keySet()) {
        // One comes two minutes after its window was judged.
        long end = at - (model.equals("late") ? 9 * MINUTE : Scene.COMES);
        if (end % (10 * MINUTE) != 0) {
          continue;
        }
        byte[] reading = JobStage.drift(model, end, severity(model, minute));
        for (int copies = shaken ? 1 + random.nextInt(2) : 1; copies > 0; copies--) {
          words.add(new Word(model, reading, at + 1_000 + random.nextInt(50_000)));
        }
      }
      if (shaken) {
        Collections.shuffle(words, random);
      }
      words.forEach(word -> stage.send(Topic.DRIFT, utf8(word.model), word.reading, word.at));
      if (minute == 25) {
        // Its data have not moved; what it reads has.
        byte[] result =
            EmbeddingStabilityCodec.write(
                SomeReadings.space("titles", Usage.COORDINATES, Compatibility.BREAKING, 0.3));
        stage.send(
            Topic.EMBEDDING_STABILITY,
            utf8("titles"),
            JobStage.renamed(result, "embedded"),
            at + 1_000 + random.nextInt(50_000));
      }
    }
    stage.flush();
  }

  private static void awaitJudged(JobStage stage, int minutes) {
    Map<String, Integer> windows =
        Map.of("always", 20, "embedded", 20, "late", 20, "never", 20, "recovers", 60, "tier-1", 10);
    windows.forEach(
        (model, window) ->
            await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> stage.judgedTo(model) >= judged(minutes, window)));
  }

  /** Ids of all decisions; that of a decision tells what it was made from. */
  private static Set<String> ids(JobStage stage) throws Exception {
    Set<String> ids = new TreeSet<>();
    for (Decision decision : stage.decisions()) {
      ids.add(decision.modelId() + " " + decision.atMillis() + " " + decision.id());
    }
    return ids;
  }
}
