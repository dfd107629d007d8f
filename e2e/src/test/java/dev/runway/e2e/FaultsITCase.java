package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.demo.play.EventTape;
import dev.runway.demo.result.Results;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.Board;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.Play;
import dev.runway.demo.stage.TableCheck;
import dev.runway.demo.stage.Watched;
import dev.runway.e2e.DisturbedTape.Act;
import dev.runway.e2e.trace.CaseLabel;
import dev.runway.e2e.trace.Expected;
import dev.runway.e2e.trace.Trace;
import dev.runway.e2e.trace.TraceFeatures;
import dev.runway.e2e.trace.TraceModels;
import dev.runway.e2e.trace.WindowSums;
import dev.runway.model.GroundTruth;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Topic;
import dev.runway.stack.process.ProcessIdentity;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Plays one trace twice through the real stack and its three jobs: in peace, and while everything
 * is killed in turn. Readers must not be able to tell the two apart, nor either from what the trace
 * itself says.
 */
@Order(4)
@ExtendWith(WithStack.class)
@ResourceLock(WithStack.PEACE)
class FaultsITCase {
  private static final long SEED = 20261121;
  private static final int PREDICTIONS = 18_000;
  private static final double EVENTS_PER_SECOND = 500;
  private static final String PEACE = "e2e-peace";
  private static final String WAR = "e2e-war";
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final List<String> TASK_MANAGERS = List.of("taskmanager-1", "taskmanager-2");
  private static final List<String> FATES =
      List.of("received", "joined", "waiting", "unlabelled", "duplicates", "conflicts");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> JOBS =
      List.of("groundtruth-join", "drift-monitor", "result-tables");

  /** What a run left behind. */
  private record Run(Results results, FinalResults topics, Map<String, List<String>> tables) {}

  @Test
  void killedTaskManagerJobManagerBrokerAndDatabase_changeNoResult(TestStack stack)
      throws Exception {
    Trace trace = Trace.of(SEED, PREDICTIONS);
    System.out.printf("e2e: seed %d, %,d events%n", SEED, trace.size());

    Run peace = play(stack, PEACE, trace, trace, 0, Map.of());
    DisturbedTape disturbed = new DisturbedTape(trace, acts(stack, trace.size()));
    disturbed.start();
    Run war = play(stack, WAR, trace, disturbed, EVENTS_PER_SECOND, peace.tables());

    requireEqual(war, peace);
    requireExpected(war, trace);
  }

  private static Run play(
      TestStack stack,
      String namespace,
      Trace trace,
      EventTape tape,
      double eventsPerSecond,
      Map<String, List<String>> other)
      throws Exception {
    Watched watched = Watched.once(TraceFeatures.watch(), TraceFeatures.baselines());
    Arena arena = Arena.open(stack.stage(), namespace, TraceModels.all(), watched);
    Board silent =
        new Board(
            new Console(
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                false),
            false);
    Play play = new Play(arena, tape, trace.sent(Topic.PREDICTIONS), silent, Map.of(), PATIENCE);
    play.run(eventsPerSecond);
    Results results = TableCheck.await(arena, PATIENCE);
    FinalResults topics = FinalResults.read(stack.client().bootstrapServers(), namespace);
    Map<String, List<String>> tables = tables(arena, topics, other);
    arena.close();
    return new Run(results, topics, tables);
  }

  private static Map<String, List<String>> tables(
      Arena arena, FinalResults topics, Map<String, List<String>> other) throws Exception {
    int letters = topics.deadContents().size();
    await("every dead letter is in its table")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> TableRows.deadLetters(arena.tables()).size() >= letters);
    Map<String, List<String>> tables = new TreeMap<>();
    for (String table : List.of("performance", "label_coverage", "label_delay")) {
      tables.put(table, TableRows.results(arena.tables(), table));
    }
    tables.put("dead_letters", TableRows.deadLetters(arena.tables()));
    tables.putAll(FinalDrift.read(arena, PATIENCE, other));
    return tables;
  }

  // --- What happens -----------------------------------------------------------------------------

  private static List<Act> acts(TestStack stack, int events) {
    return List.of(
        new Act(
            "kill -9 of both TaskManagers",
            percent(events, 10),
            percent(events, 25),
            () -> killAndAwait(stack, TASK_MANAGERS)),
        new Act(
            "kill -9 of the JobManager",
            percent(events, 26),
            percent(events, 41),
            () -> killAndAwait(stack, "jobmanager")),
        new Act(
            "kill -9 of the broker",
            percent(events, 42),
            percent(events, 57),
            () -> killAndAwait(stack, "broker")),
        new Act(
            "kill -9 of PostgreSQL",
            percent(events, 58),
            percent(events, 67),
            () -> sparingTaskManagers(stack, () -> killAndAwait(stack, "postgres"))),
        new Act(
            "PostgreSQL a black hole for a minute",
            percent(events, 68),
            percent(events, 96),
            () -> sparingTaskManagers(stack, () -> blackHole(stack))));
  }

  private static int percent(int events, int share) {
    return events / 100 * share;
  }

  private static void killAndAwait(TestStack stack, String component) throws Exception {
    killAndAwait(stack, List.of(component));
  }

  /** Kills one after the other before any is back. */
  private static void killAndAwait(TestStack stack, List<String> components) throws Exception {
    Map<String, ProcessIdentity> dead = new LinkedHashMap<>();
    for (String component : components) {
      dead.put(component, stack.kill(component));
    }
    for (Map.Entry<String, ProcessIdentity> one : dead.entrySet()) {
      stack.awaitBack(one.getKey(), one.getValue());
    }
    awaitJobs(stack);
  }

  private static void awaitJobs(TestStack stack) throws Exception {
    for (String job : JOBS) {
      stack.awaitRunning(job + "-" + WAR);
    }
  }

  /** Whatever the database suffers, no TaskManager may die of it. */
  private static void sparingTaskManagers(TestStack stack, DisturbedTape.Deed deed)
      throws Exception {
    List<ProcessIdentity> before = TASK_MANAGERS.stream().map(stack::process).toList();
    deed.run();
    awaitJobs(stack);
    assertThat(before).as("TaskManagers from before").allMatch(ProcessIdentity::alive);
    assertThat(TASK_MANAGERS.stream().map(stack::process).toList()).isEqualTo(before);
  }

  private static void blackHole(TestStack stack) throws Exception {
    String servers = stack.client().bootstrapServers();
    String topic = Topic.PERFORMANCE.in(WAR);
    long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    long pid = stack.process("postgres").pid();
    try (BlackHole hole = new BlackHole(pid)) {
      long before = TopicDump.size(servers, topic);
      await("topics go on while the database does not answer")
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> System.nanoTime() > until && TopicDump.size(servers, topic) > before);
    }
    await("the same PostgreSQL answers again")
        .atMost(PATIENCE)
        .until(() -> stack.component("postgres").up() && stack.component("postgres").pid() == pid);
  }

  // --- What must come of it ---------------------------------------------------------------------

  private static void requireEqual(Run war, Run peace) {
    requireSame("ground truth", war.topics().truthBytes(), peace.topics().truthBytes());
    requireSame("performance", war.topics().readingBytes(), peace.topics().readingBytes());
    assertThat(war.topics().late()).as("late outcomes").isEqualTo(peace.topics().late());
    assertThat(war.topics().deadContents())
        .as("dead letters")
        .isEqualTo(peace.topics().deadContents());
    peace
        .tables()
        .forEach(
            (table, rows) -> {
              assertThat(war.tables().get(table)).as("rows of " + table).hasSameSizeAs(rows);
              List<String> others = new ArrayList<>(war.tables().get(table));
              others.removeAll(Set.copyOf(rows));
              assertThat(others.stream().limit(3)).as("other rows in " + table).isEmpty();
            });
    assertThat(peace.tables().values()).as("every table has rows").noneMatch(List::isEmpty);
  }

  /** Names the first differences only: the maps are megabytes. */
  private static void requireSame(String what, Map<String, String> war, Map<String, String> peace) {
    assertThat(war.keySet()).as(what + ": ids").isEqualTo(peace.keySet());
    List<String> differences =
        peace.keySet().stream()
            .filter(id -> !Objects.equals(war.get(id), peace.get(id)))
            .map(id -> id + "\n  war   " + war.get(id) + "\n  peace " + peace.get(id))
            .toList();
    assertThat(differences.stream().limit(3))
        .as("%s: %d of %d differ", what, differences.size(), peace.size())
        .isEmpty();
  }

  private static void requireExpected(Run run, Trace trace) throws Exception {
    Expected expected = new Expected(trace);
    requireLabels(run.topics().truths(), expected.labels());
    requireWindows(run.topics(), expected.windows());
    requireCoverageRows(run.tables().get("label_coverage"), expected.windows());
    FinalDrift.requireExpected(run.tables(), trace);
    assertThat(run.topics().late()).isEqualTo(Set.copyOf(expected.late()));
    assertThat(run.topics().deadByReason()).isEqualTo(expected.dead());
    assertThat(run.results().unaccounted(trace.sent(Topic.PREDICTIONS), Topic.PREDICTIONS.in(WAR)))
        .as("predictions sent that nothing accounts for")
        .isZero();
  }

  private static void requireLabels(
      Map<String, GroundTruth> truths, Map<String, CaseLabel> expected) {
    assertThat(truths.keySet()).as("no prediction is lost").isEqualTo(expected.keySet());
    expected.forEach(
        (id, label) -> {
          GroundTruth truth = truths.get(id);
          assertThat(truth.maturity()).as(id).isEqualTo(Maturity.FINAL);
          assertThat(
                  new CaseLabel(
                      truth.status(),
                      truth.actualLabel(),
                      truth.actualValue(),
                      truth.delayMillis(),
                      truth.outcomes()))
              .as(id)
              .isEqualTo(label);
        });
  }

  private static void requireWindows(
      FinalResults topics, Map<Expected.Window, WindowSums> expected) {
    Map<Expected.Window, PerformanceReading> whole = new HashMap<>();
    for (PerformanceReading reading : topics.readings().values()) {
      assertThat(reading.maturity()).isEqualTo(Maturity.FINAL);
      if (reading.segment().equals(PerformanceReading.ALL)
          && reading.variant().equals(PerformanceReading.ALL)) {
        whole.put(
            new Expected.Window(
                reading.modelId(), reading.modelVersion(), reading.windowStartMillis()),
            reading);
      }
    }
    assertThat(whole.keySet()).isEqualTo(expected.keySet());
    expected.forEach((window, sums) -> requireWindow(window, whole.get(window), sums));
  }

  private static void requireWindow(
      Expected.Window window, PerformanceReading reading, WindowSums sums) {
    PerformanceReading.Coverage coverage = reading.coverage();
    assertThat(
            List.of(
                coverage.received(),
                coverage.joined(),
                coverage.waiting(),
                coverage.unlabelled(),
                coverage.duplicates(),
                coverage.conflicts()))
        .as(window.toString())
        .isEqualTo(fates(sums));
    sums.metrics()
        .forEach(
            (name, value) ->
                assertThat(metric(reading, name))
                    .as(window + " " + name)
                    .isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value)))));
  }

  /** The table too is held against the trace: peace and war may share a mistake. */
  private static void requireCoverageRows(
      List<String> rows, Map<Expected.Window, WindowSums> expected) throws Exception {
    Map<Expected.Window, List<Long>> found = new HashMap<>();
    for (String text : rows) {
      JsonNode row = JSON.readTree(text);
      assertThat(row.path("provisional").asBoolean(true)).as("provisional").isFalse();
      if (row.path("segment").asText().equals(PerformanceReading.ALL)
          && row.path("variant").asText().equals(PerformanceReading.ALL)) {
        found.put(
            new Expected.Window(
                row.path("model_id").asText(),
                row.path("model_version").asText(),
                OffsetDateTime.parse(row.path("window_start_at").asText())
                    .toInstant()
                    .toEpochMilli()),
            FATES.stream().map(fate -> row.path(fate).asLong(-1)).toList());
      }
    }
    Map<Expected.Window, List<Long>> wanted = new HashMap<>();
    expected.forEach((window, sums) -> wanted.put(window, fates(sums)));
    assertThat(found).as("rows of label_coverage").isEqualTo(wanted);
  }

  private static List<Long> fates(WindowSums sums) {
    return List.of(
        sums.received(), sums.joined(), 0L, sums.unlabelled(), sums.duplicates(), sums.conflicts());
  }

  private static Double metric(PerformanceReading reading, String name) {
    return reading.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }
}
