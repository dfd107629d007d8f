package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.Board;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.Play;
import dev.runway.demo.stage.TableCheck;
import dev.runway.e2e.trace.Case;
import dev.runway.e2e.trace.Trace;
import dev.runway.e2e.trace.TraceModels;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.Topic;
import dev.runway.postgres.PostgresServer;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code runway batch} over the archive of what was played, beside what the stream said of it. */
@Order(3)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class BatchITCase {
  private static final long SEED = 20261126;
  private static final int PREDICTIONS = 2_000;
  private static final String NAMESPACE = "e2e-batch";
  private static final String DAY = "2026-03-01";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Pattern WINDOW = Pattern.compile("  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d to ");
  private static final List<String> TABLES =
      List.of("performance", "label_coverage", "label_delay");

  @Test
  void batch_saysWhatTheStreamSaid_twice_andThenCountsTheLabelThatCameTooLate(
      TestStack stack, @TempDir Path folder) throws Exception {
    Trace trace = Trace.of(SEED, PREDICTIONS);
    Arena arena = Arena.open(stack.stage().archiving(), NAMESPACE, TraceModels.all());
    play(arena, trace);
    Map<String, List<String>> speed = tables(stack, "");
    assertThat(speed.values()).as("every table has rows").noneMatch(List::isEmpty);

    String first = batch(stack);

    assertThat(tables(stack, "master_")).isEqualTo(speed);
    assertThat(first).contains(agreement(speed));

    List<String> once = masterRecords(stack);
    nightly(stack, folder);
    List<String> twice = new ArrayList<>(once);
    twice.addAll(once);
    assertThat(masterRecords(stack))
        .as("the script of deploy/ says the same records")
        .hasSizeGreaterThan(1)
        .containsExactlyInAnyOrderElementsOf(twice);

    String second = batch(stack);

    assertThat(tables(stack, "master_")).isEqualTo(speed);
    assertThat(second).contains(agreement(speed));

    Prediction unlabelled = withoutOutcome(trace);
    sendTooLate(stack, unlabelled);
    String third = batch(stack);

    assertThat(tables(stack, "")).as("the stream's word stays").isEqualTo(speed);
    requireOnlyWindowOf(unlabelled, third);
    requireOneLabelMore(stack, unlabelled, speed);
    arena.close();
    assertThat(stack.folder().archive(NAMESPACE)).as("archive of a closed arena").doesNotExist();
  }

  private static void play(Arena arena, Trace trace) throws Exception {
    PrintStream nobody =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Board silent = new Board(new Console(nobody, false), false);
    Play play = new Play(arena, trace, trace.sent(Topic.PREDICTIONS), silent, Map.of(), PATIENCE);
    play.run(0);
    TableCheck.await(arena, PATIENCE);
  }

  private static String batch(TestStack stack) throws Exception {
    return stack.runway().runWell(PATIENCE, "batch", "--namespace", NAMESPACE, "--day", DAY);
  }

  private static List<String> masterRecords(TestStack stack) throws Exception {
    List<String> records = new ArrayList<>();
    for (byte[] value :
        TopicDump.values(
            stack.client().bootstrapServers(), Topic.PERFORMANCE_MASTER.in(NAMESPACE))) {
      records.add(new String(value, StandardCharsets.UTF_8));
    }
    return records;
  }

  /** As the CronJob of deploy/kubernetes runs it: with a Flink of its own, in one process. */
  private static void nightly(TestStack stack, Path folder) throws Exception {
    Scripts scripts = Scripts.in(folder);
    scripts.settings(
        "groundtruth-join",
        """
        runway.kafka.bootstrap-servers=%s
        runway.namespace=%s
        runway.archive.folder=%s
        runway.events.earliest=1980-01-01T00:00:00Z
        runway.groundtruth.late-memory=P30D
        """
            .formatted(
                stack.client().bootstrapServers(),
                NAMESPACE,
                stack.folder().archive(NAMESPACE).toUri()));
    int finalAfter = 9;
    scripts.today(LocalDate.parse(DAY).plusDays(finalAfter));
    Path jar = Installation.current().jobJar("groundtruth-join").orElseThrow();
    Scripts.Ended ended =
        scripts.run(
            "batch.sh",
            Map.of(
                "RUNWAY_TARGET", "local",
                "RUNWAY_FINAL_AFTER", Integer.toString(finalAfter),
                "RUNWAY_BATCH_DAYS", "1",
                "RUNWAY_JAR", jar.toString(),
                "JVM_ARGS", "-Xmx768m -XX:TieredStopAtLevel=1"));
    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("counts " + DAY + " to " + DAY, "windows");
  }

  private static String agreement(Map<String, List<String>> tables) {
    int rows = tables.values().stream().mapToInt(List::size).sum();
    return String.format(
        Locale.ROOT, "all %,d compared rows agree: stream and batch say the same of %s", rows, DAY);
  }

  /** Rows less the time of their reading in Kafka; readers see one view, so not as a reader. */
  private static Map<String, List<String>> tables(TestStack stack, String prefix) throws Exception {
    PostgresServer server =
        new PostgresServer(
            stack.folder().data().resolve("postgres"),
            stack.folder().root().resolve("programs"),
            stack.client().ports().of(Ports.POSTGRES));
    Map<String, List<String>> tables = new TreeMap<>();
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, "runway");
        Statement statement = connection.createStatement()) {
      connection.setSchema(Arena.schema(NAMESPACE));
      for (String table : TABLES) {
        List<String> rows = new ArrayList<>();
        try (ResultSet found =
            statement.executeQuery(
                "SELECT (to_jsonb(t) - 'computed_at')::text FROM "
                    + prefix
                    + table
                    + " t ORDER BY 1")) {
          while (found.next()) {
            rows.add(found.getString(1));
          }
        }
        tables.put(table, rows);
      }
    }
    return tables;
  }

  // --- The label that comes too late ------------------------------------------------------------

  private static Prediction withoutOutcome(Trace trace) {
    return trace.cases().stream()
        .filter(c -> c.model().modelId().equals("churn") && c.outcomes().isEmpty())
        .map(Case::prediction)
        .findFirst()
        .orElseThrow();
  }

  /** Observed in time, sent when everything is final; returns when the stream has reported it. */
  private static void sendTooLate(TestStack stack, Prediction prediction) throws Exception {
    String servers = stack.client().bootstrapServers();
    long observedAt = prediction.predictedAtMillis() + Duration.ofHours(1).toMillis();
    Outcome outcome =
        new Outcome(
            prediction.predictionId(),
            prediction.modelId(),
            observedAt,
            "true",
            Double.NaN,
            null,
            1,
            Outcome.RETRACTS_NOTHING);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] key = prediction.predictionId().getBytes(StandardCharsets.US_ASCII);
      producer
          .send(
              new ProducerRecord<>(Topic.OUTCOMES.in(NAMESPACE), key, OutcomeCodec.write(outcome)))
          .get();
    }
    LateOutcome reported =
        new LateOutcome(
            outcome,
            LateOutcome.Why.ARRIVED_AFTER_FINAL,
            prediction.predictedAtMillis(),
            prediction.modelVersion());
    await("the stream reports the outcome as late")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(late(servers, prediction)).contains(reported));
  }

  private static List<LateOutcome> late(String servers, Prediction prediction) throws Exception {
    List<LateOutcome> late = new ArrayList<>();
    for (byte[] value : TopicDump.values(servers, Topic.LATE_OUTCOMES.in(NAMESPACE))) {
      late.add(LateOutcomeCodec.read(value));
    }
    late.removeIf(found -> !found.outcome().predictionId().equals(prediction.predictionId()));
    return late;
  }

  /** Every line of the report's table is of the one window, and the counters are among them. */
  private static void requireOnlyWindowOf(Prediction prediction, String report) {
    Instant start = windowStart(prediction);
    String window = minute(start) + " to " + minute(start.plus(Duration.ofHours(3)));
    assertThat(report).contains("stream and batch differ in 1 windows of " + DAY);
    List<String> rows = report.lines().filter(WINDOW.asPredicate()).toList();
    assertThat(rows)
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(row)
                    .startsWith(prediction.modelId())
                    .contains(prediction.modelVersion(), window));
    assertThat(rows)
        .anySatisfy(row -> assertThat(row).contains(" joined ").endsWith(" +1"))
        .anySatisfy(row -> assertThat(row).contains(" unlabelled ").endsWith(" -1"))
        .anySatisfy(row -> assertThat(row).contains(" coverage "))
        .anySatisfy(row -> assertThat(row).contains(" labels ").endsWith(" +1"))
        .noneSatisfy(row -> assertThat(row).contains(" received "));
  }

  private static String minute(Instant time) {
    return time.toString().substring(0, 16).replace('T', ' ');
  }

  private static Instant windowStart(Prediction prediction) {
    long length = Duration.ofHours(3).toMillis();
    long at = prediction.predictedAtMillis();
    return Instant.ofEpochMilli(at - Math.floorMod(at, length));
  }

  /** Outside the window the master tables still say what the stream said. */
  private static void requireOneLabelMore(
      TestStack stack, Prediction prediction, Map<String, List<String>> speed) throws Exception {
    Map<String, List<String>> master = tables(stack, "master_");
    String start = windowStart(prediction).toString().replace("Z", "");
    UnaryOperator<List<String>> others =
        rows ->
            rows.stream()
                .filter(
                    row ->
                        !(row.contains("\"model_id\": \"" + prediction.modelId() + "\"")
                            && row.contains("\"window_start_at\": \"" + start)))
                .toList();
    for (String table : TABLES) {
      assertThat(master.get(table)).as(table).isNotEqualTo(speed.get(table));
      assertThat(others.apply(master.get(table)))
          .as(table + " but for the window")
          .isNotEmpty()
          .isEqualTo(others.apply(speed.get(table)));
    }
  }
}
