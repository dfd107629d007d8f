package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.groundtruth.archive.Coverage;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.LabelStatus;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.GoldenUids;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker and a Flink cluster in this JVM. */
class GroundTruthJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final AtomicInteger TESTS = new AtomicInteger();

  private static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  private static final String MODEL =
      """
      {"model_id":"m","task":"BINARY","horizon":"PT1H","window":"PT1H","versions":["1","2"]}\
      """;

  /** One for each test. */
  private final String namespace = "runway-" + TESTS.incrementAndGet();

  private final Producer<byte[], byte[]> producer = BROKER.producer();

  @BeforeEach
  void createTopics() {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      topics.add(
          new NewTopic(topic.in(namespace), topic.partitions(), (short) 1)
              .configs(topic.settings()));
    }
    BROKER.createTopics(topics);
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void eventsInAnyOrder_endInFinalRecordsReadingsAndDeadLetters() throws Exception {
    send(Topic.MODELS, "m", MODEL);
    send(Topic.PREDICTIONS, "p1", prediction("p1", "1", NOON, 0.9));
    send(Topic.PREDICTIONS, "p1", prediction("p1", "1", NOON, 0.9));
    send(Topic.OUTCOMES, "p2", outcome("p2", NOON + 60_000, "false"));
    send(Topic.PREDICTIONS, "p2", prediction("p2", "1", NOON + 1_000, 0.8));
    send(Topic.PREDICTIONS, "p3", prediction("p3", "1", NOON + 2_000, 0.2));
    send(Topic.PREDICTIONS, "p4", prediction("p4", "3", NOON + 2_000, 0.2));
    send(Topic.PREDICTIONS, "p5", "{\"prediction_id\":");
    send(Topic.PREDICTIONS, "p6", prediction("p6", "1", NOON, 0.5).replace("\"m\"", "\"who\""));
    send(Topic.OUTCOMES, "p1", outcome("p1", NOON + 120_000, "false"));
    send(Topic.OUTCOMES, "p1", outcome("p1", NOON + 180_000, "true"));
    heartbeat(NOON + Duration.ofHours(3).toMillis());

    StreamExecutionEnvironment env = JobEnvironment.create(options());
    GroundTruthJob.define(env, options(), false);
    GoldenUids.require("groundtruth-join", env);
    JobClient job = env.executeAsync("groundtruth-join-test");
    try {
      Map<String, GroundTruth> truths = awaitTruths(3);
      assertThat(truths.get("p1"))
          .returns(1.0, GroundTruth::actualValue)
          .returns(180_000L, GroundTruth::delayMillis)
          .returns(2, GroundTruth::outcomes);
      assertThat(truths.get("p2")).returns(0.0, GroundTruth::actualValue);
      assertThat(truths.get("p3")).returns(LabelStatus.UNLABELLED, GroundTruth::status);

      PerformanceReading reading = awaitReading(r -> r.maturity() == Maturity.FINAL);
      assertThat(reading.coverage())
          .returns(4L, PerformanceReading.Coverage::received)
          .returns(2L, PerformanceReading.Coverage::joined)
          .returns(1L, PerformanceReading.Coverage::unlabelled)
          .returns(1L, PerformanceReading.Coverage::duplicates)
          .returns(0L, PerformanceReading.Coverage::waiting)
          .returns(2 / 3.0, PerformanceReading.Coverage::coverage);
      assertThat(metric(reading, "accuracy")).isEqualTo(0.5);
      assertThat(metric(reading, "auc")).isEqualTo(1.0);

      assertThat(deadLetters())
          .extracting(DeadLetter::reason)
          .containsExactlyInAnyOrder(Reason.UNKNOWN_VERSION, Reason.NOT_JSON, Reason.UNKNOWN_MODEL);
    } finally {
      job.cancel().get();
    }
  }

  @Test
  void batchOverTheArchive_saysWhatTheStreamSaid_anyNumberOfTimes(@TempDir Path folder)
      throws Exception {
    send(Topic.MODELS, "m", MODEL);
    send(Topic.PREDICTIONS, "p1", prediction("p1", "1", NOON, 0.9));
    send(Topic.PREDICTIONS, "p1", prediction("p1", "1", NOON, 0.9));
    send(Topic.PREDICTIONS, "p2", prediction("p2", "2", NOON + 1_000, 0.8));
    send(Topic.OUTCOMES, "p1", outcome("p1", NOON + 120_000, "false"));
    send(Topic.OUTCOMES, "p1", outcome("p1", NOON + 180_000, "true"));
    heartbeat(NOON + Duration.ofHours(3).toMillis());
    String archive = folder.resolve("archive").toUri().toString();
    Options stream =
        options("--runway.archive.folder", archive, "--runway.archive.flush-after", "PT0.5S");
    StreamExecutionEnvironment env = JobEnvironment.create(stream);
    GroundTruthJob.define(env, stream, true);
    JobClient job = env.executeAsync("groundtruth-join-test");
    awaitReading(r -> r.maturity() == Maturity.FINAL && r.modelVersion().equals("1"));
    awaitReading(r -> r.maturity() == Maturity.FINAL && r.modelVersion().equals("2"));
    // The watermark of the heartbeats, when all that came before them is in files.
    await()
        .atMost(Waits.LONG)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                Coverage.read(archive)
                    .covers(Long.MIN_VALUE, NOON + Duration.ofHours(3).toMillis() - 1));
    job.stopWithSavepoint(
            false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
        .get();

    Options batch =
        options(
            "--runway.archive.folder",
            archive,
            "--mode",
            "batch",
            "--day",
            Instant.ofEpochMilli(NOON).atOffset(ZoneOffset.UTC).toLocalDate().toString());
    List<String> finals =
        readings(Topic.PERFORMANCE).stream()
            .filter(text -> text.contains("\"FINAL\""))
            .distinct()
            .toList();
    assertThat(finals).hasSize(2);
    runBatch(batch);
    assertThat(readings(Topic.PERFORMANCE_MASTER)).containsExactlyInAnyOrderElementsOf(finals);
    runBatch(batch);
    assertThat(readings(Topic.PERFORMANCE_MASTER))
        .hasSize(2 * finals.size())
        .containsOnly(finals.toArray(new String[0]));
  }

  private static void runBatch(Options options) throws Exception {
    StreamExecutionEnvironment env = JobEnvironment.createBatch(options);
    GroundTruthJob.defineBatch(
        env, options, Coverage.read(options.get(GroundTruthOptions.ARCHIVE_FOLDER)));
    env.execute("groundtruth-join-master-test");
  }

  private List<String> readings(Topic topic) {
    List<String> readings = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(topic.in(namespace))) {
      readings.add(new String(record.value(), StandardCharsets.UTF_8));
    }
    return readings;
  }

  private Options options(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
                "--runway.namespace", namespace,
                "--runway.events.earliest", "1980-01-01T00:00:00Z",
                "--runway.checkpoint.interval", "PT1S",
                "--runway.groundtruth.show-every", "PT0.5S",
                "--runway.parallelism", "2"));
    all.addAll(List.of(more));
    return GroundTruthOptions.from(all.toArray(new String[0]));
  }

  private Map<String, GroundTruth> awaitTruths(int size) {
    return await().atMost(Waits.LONG).until(this::finalTruths, truths -> truths.size() >= size);
  }

  private Map<String, GroundTruth> finalTruths() throws MalformedEvent {
    Map<String, GroundTruth> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.GROUNDTRUTH.in(namespace))) {
      GroundTruth truth = GroundTruthCodec.read(record.value());
      newest.merge(truth.predictionId(), truth, (a, b) -> a.revision() >= b.revision() ? a : b);
    }
    newest.values().removeIf(truth -> truth.maturity() != Maturity.FINAL);
    return newest;
  }

  private PerformanceReading awaitReading(Predicate<PerformanceReading> wanted) {
    return await()
        .atMost(Waits.LONG)
        .until(
            () -> {
              for (ConsumerRecord<byte[], byte[]> record :
                  BROKER.readAll(Topic.PERFORMANCE.in(namespace))) {
                PerformanceReading reading = PerformanceReadingCodec.read(record.value());
                if (wanted.test(reading)) {
                  return reading;
                }
              }
              return null;
            },
            reading -> reading != null);
  }

  private List<DeadLetter> deadLetters() throws MalformedEvent {
    List<DeadLetter> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DEAD_LETTERS.in(namespace))) {
      letters.add(DeadLetterCodec.read(record.value()));
    }
    return letters;
  }

  private static Double metric(PerformanceReading reading, String name) {
    return reading.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static String prediction(String id, String version, long at, double score) {
    return """
    {"prediction_id":"%s","model_id":"m","model_version":"%s","predicted_at":%d,\
    "score":%s,"features":{"a":1,"b":"x"}}\
    """
        .formatted(id, version, at, score);
  }

  private static String outcome(String id, long at, String label) {
    return """
    {"prediction_id":"%s","model_id":"m","observed_at":%d,"label":%s}\
    """
        .formatted(id, at, label);
  }

  private void send(Topic topic, String key, String value) {
    send(
        new ProducerRecord<>(
            topic.in(namespace),
            key.getBytes(StandardCharsets.UTF_8),
            value.getBytes(StandardCharsets.UTF_8)));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("the broker refused " + record, e);
    }
  }

  private void heartbeat(long millis) {
    for (Topic topic : List.of(Topic.PREDICTIONS, Topic.OUTCOMES)) {
      for (int partition = 0; partition < topic.partitions(); partition++) {
        ProducerRecord<byte[], byte[]> beat =
            new ProducerRecord<>(topic.in(namespace), partition, null, new byte[0]);
        beat.headers().add(Heartbeat.HEADER, Heartbeat.write(millis));
        send(beat);
      }
    }
  }
}
