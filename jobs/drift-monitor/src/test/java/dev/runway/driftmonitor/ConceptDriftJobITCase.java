package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.LabelStatus;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Predictions and their ground truth on a real broker, with a restart in the middle: one model
 * whose scores mean the opposite from a known window on, and one whose traffic moves there while
 * its scores mean what they did.
 */
class ConceptDriftJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final String NAMESPACE = "runway-concept";
  private static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();
  private static final String FLIPS = "flips";
  private static final String MOVES = "moves";
  private static final int WINDOWS = 16;

  /** The first window whose labels or traffic are others; the first that has an estimate, too. */
  private static final int CHANGE = 8;

  /** Windows before the job is stopped and goes on from its savepoint: the flip still waits. */
  private static final int RESTART = 10;

  private static final int PER_WINDOW = 1_200;

  private final Random random = new Random(17);
  private final Producer<byte[], byte[]> producer = BROKER.producer();
  private final Queue<Exception> refusals = new ConcurrentLinkedQueue<>();

  /** Right decisions, by model and window. */
  private final Map<String, int[]> right = new HashMap<>();

  private List<GroundTruth> newest = List.of();
  private int sent;

  @TempDir private Path folder;
  private int beats;

  @BeforeEach
  void createTopics() {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      topics.add(
          new NewTopic(topic.in(NAMESPACE), topic.partitions(), (short) 1)
              .configs(topic.settings()));
    }
    BROKER.createTopics(topics);
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void flip_isFlaggedInItsWindow_movedTrafficIsNot_andEstimatesHoldWhenLabelsCome()
      throws Exception {
    register(FLIPS);
    register(MOVES);
    for (int window = 0; window < RESTART; window++) {
      play(window);
    }
    String savepoint = stopOnceFewWindowsAreJudged(submit(null));
    // What the join writes again when it is restarted too.
    for (GroundTruth truth : newest) {
      send(truth);
    }
    for (int window = RESTART; window < WINDOWS; window++) {
      play(window);
    }

    JobClient job = submit(savepoint);
    try {
      Map<String, DriftReading> readings = awaitReadings();

      // A job that had begun anew would have judged the first windows again.
      assertThat(timesJudged(NOON + 4 * WINDOW)).isEqualTo(1);

      for (int window = 2; window < WINDOWS; window++) {
        assertThat(reading(readings, FLIPS, "concept", window))
            .returns(Status.EVALUATED, DriftReading::status)
            .returns((long) PER_WINDOW, DriftReading::predictions)
            .returns(window < CHANGE ? 0 : 1, DriftReading::flagged);
        assertThat(reading(readings, FLIPS, "change-detectors", window))
            .as("detectors in window %d", window)
            .returns(window == CHANGE ? 1 : 0, DriftReading::flagged);
        assertThat(reading(readings, MOVES, "concept", window).flagged()).isZero();
        assertThat(reading(readings, MOVES, "change-detectors", window).flagged()).isZero();
      }
      Signal since =
          signal(reading(readings, FLIPS, "change-detectors", CHANGE), "page_hinkley_since");
      assertThat(since.value())
          .isBetween(
              (double) NOON + CHANGE * WINDOW - WINDOW, (double) NOON + CHANGE * WINDOW + 60_000);
      Signal moved = signal(reading(readings, MOVES, "concept", CHANGE), "covariate_kl");
      assertThat(moved.value()).isGreaterThan(0.3);

      int covered = 0;
      for (int window = CHANGE; window < WINDOWS; window++) {
        Signal estimate =
            signal(reading(readings, MOVES, "performance-estimate", window), "estimated_accuracy");
        double measured = (double) right.get(MOVES)[window] / PER_WINDOW;
        assertThat(estimate.value()).isBetween(measured - 0.05, measured + 0.05);
        covered += estimate.low() <= measured && measured <= estimate.high() ? 1 : 0;
      }
      assertThat(covered).isGreaterThanOrEqualTo(7);
    } finally {
      job.cancel().get();
    }
  }

  private static JobClient submit(@Nullable String savepoint) throws Exception {
    StreamExecutionEnvironment env = JobEnvironment.create(options());
    if (savepoint != null) {
      Configuration restored = new Configuration();
      restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      env.configure(restored);
    }
    DriftMonitorJob.define(env, options());
    return env.executeAsync("concept-test");
  }

  private String stopOnceFewWindowsAreJudged(JobClient job) throws Exception {
    producer.flush();
    await()
        .atMost(Waits.LONG)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> readings().containsKey(FLIPS + " concept 4"));
    return job.stopWithSavepoint(
            false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
        .get();
  }

  private void register(String model) {
    send(
        Topic.MODELS,
        model,
        """
        {"model_id":"%s","tier":1,"task":"BINARY","horizon":"PT1H","window":"PT1H"}"""
            .formatted(model)
            .getBytes(StandardCharsets.UTF_8));
    right.put(model, new int[WINDOWS]);
  }

  /** Truths in any order, some twice; provisional ones, which say the opposite, before them. */
  private void play(int window) {
    List<GroundTruth> truths = new ArrayList<>();
    for (int i = 0; i < PER_WINDOW; i++) {
      truths.add(prediction(FLIPS, window));
      truths.add(prediction(MOVES, window));
    }
    Collections.shuffle(truths, random);
    newest = truths;
    for (GroundTruth truth : truths) {
      if (random.nextInt(10) == 0) {
        send(provisional(truth));
      }
      send(truth);
      if (random.nextInt(20) == 0) {
        send(truth);
      }
    }
  }

  private GroundTruth prediction(String model, int window) {
    boolean changed = window >= CHANGE;
    double score = Math.pow(random.nextDouble(), (changed && model.equals(MOVES)) ? 0.4 : 1.5);
    double rate = (changed && model.equals(FLIPS)) ? 1 - score : score;
    boolean outcome = random.nextDouble() < rate;
    if (outcome == (score >= 0.5)) {
      right.get(model)[window]++;
    }
    String id = "p" + sent++;
    long at = NOON + window * WINDOW + random.nextInt((int) WINDOW);
    send(
        Topic.PREDICTIONS,
        id,
        """
        {"prediction_id":"%s","model_id":"%s","model_version":"1","predicted_at":%d,"score":%s}"""
            .formatted(id, model, at, score)
            .getBytes(StandardCharsets.UTF_8));
    return truth(model, id, at, score, LabelStatus.LABELLED, outcome ? 1 : 0);
  }

  private static GroundTruth truth(
      String model, String id, long at, double score, LabelStatus status, double actual) {
    return new GroundTruth(
        model,
        id,
        GroundTruth.FINAL_REVISION + 1,
        Maturity.FINAL,
        status,
        "1",
        at,
        score,
        null,
        Double.NaN,
        null,
        null,
        1,
        null,
        actual,
        status == LabelStatus.LABELLED ? 60_000 : -1,
        1);
  }

  private static GroundTruth provisional(GroundTruth truth) {
    return new GroundTruth(
        truth.modelId(),
        truth.predictionId(),
        4,
        Maturity.PROVISIONAL,
        LabelStatus.LABELLED,
        truth.modelVersion(),
        truth.predictedAtMillis(),
        truth.score(),
        null,
        Double.NaN,
        null,
        null,
        1,
        null,
        1 - truth.actualValue(),
        1_000,
        1);
  }

  private void send(GroundTruth truth) {
    send(
        Topic.GROUNDTRUTH,
        truth.modelId() + "|" + truth.predictionId(),
        GroundTruthCodec.write(truth));
  }

  /** Event time goes on: with heartbeats, and with a final truth in every partition. */
  private void goOn() {
    long end = NOON + (WINDOWS + 12) * WINDOW + beats++;
    producer.flush();
    for (int partition = 0; partition < Topic.PREDICTIONS.partitions(); partition++) {
      ProducerRecord<byte[], byte[]> beat =
          new ProducerRecord<>(Topic.PREDICTIONS.in(NAMESPACE), partition, null, new byte[0]);
      beat.headers().add(Heartbeat.HEADER, Heartbeat.write(end));
      send(beat);
    }
    for (int partition = 0; partition < Topic.GROUNDTRUTH.partitions(); partition++) {
      GroundTruth last = truth(FLIPS, "last" + beats, end, 0.5, LabelStatus.UNLABELLED, Double.NaN);
      send(
          new ProducerRecord<>(
              Topic.GROUNDTRUTH.in(NAMESPACE),
              partition,
              (FLIPS + "|" + last.predictionId()).getBytes(StandardCharsets.UTF_8),
              GroundTruthCodec.write(last)));
    }
    producer.flush();
    assertThat(refusals).isEmpty();
  }

  /** Per model: concept and detectors behind two windows of reference, eight estimates. */
  private Map<String, DriftReading> awaitReadings() {
    int expected = 2 * (2 * (WINDOWS - 2) + WINDOWS - CHANGE);
    return await()
        .atMost(Waits.LONG)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              goOn();
              return readings();
            },
            readings -> readings.size() >= expected);
  }

  /** The newest readings, by model, kind and window. */
  private static Map<String, DriftReading> readings() throws MalformedEvent {
    Map<String, DriftReading> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DRIFT.in(NAMESPACE))) {
      DriftReading reading = DriftReadingCodec.read(record.value());
      if (reading.profileId().startsWith("provisional")
          || reading.profileId().equals(DriftReading.NO_PROFILE)) {
        // Of features, which other tests are about; it would be counted among those waited for.
        continue;
      }
      String kind = reading.profileId().replaceAll("\\..*", "");
      long window = (reading.windowStartMillis() - NOON) / WINDOW;
      newest.merge(
          reading.modelId() + " " + kind + " " + window,
          reading,
          (a, b) -> a.revision() >= b.revision() ? a : b);
    }
    return newest;
  }

  /** How often concept drift of the flipping model was told of a window. */
  private static long timesJudged(long windowStart) throws MalformedEvent {
    long times = 0;
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DRIFT.in(NAMESPACE))) {
      DriftReading reading = DriftReadingCodec.read(record.value());
      if (reading.modelId().equals(FLIPS)
          && reading.profileId().startsWith("concept.")
          && reading.windowStartMillis() == windowStart) {
        times++;
      }
    }
    return times;
  }

  private static DriftReading reading(
      Map<String, DriftReading> readings, String model, String kind, int window) {
    DriftReading reading = readings.get(model + " " + kind + " " + window);
    assertThat(reading).as("%s of %s in window %d", kind, model, window).isNotNull();
    return reading;
  }

  private static Signal signal(DriftReading reading, String metric) {
    Feature feature = reading.features().get(0);
    return feature.signals().stream()
        .filter(signal -> signal.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static Options options() {
    return DriftMonitorOptions.from(
        new String[] {
          "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
          "--runway.namespace", NAMESPACE,
          "--runway.events.earliest", "1980-01-01T00:00:00Z",
          "--runway.events.out-of-orderness", "PT10M",
          "--runway.drift.truth-lateness", "PT10M",
          "--runway.checkpoint.interval", "PT1S",
          "--runway.parallelism", "2"
        });
  }

  private void send(Topic topic, String key, byte[] value) {
    send(new ProducerRecord<>(topic.in(NAMESPACE), key.getBytes(StandardCharsets.UTF_8), value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (metadata, refusal) -> {
              if (refusal != null) {
                refusals.add(refusal);
              }
            });
  }
}
