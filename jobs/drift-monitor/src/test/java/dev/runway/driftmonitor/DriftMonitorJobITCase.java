package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Tile;
import dev.runway.driftmonitor.custom.MetricJar;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.DriftTile;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.core.execution.JobClient;
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
class DriftMonitorJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final String NAMESPACE = "runway-drift";
  private static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();
  private static final String MODEL =
      """
      {"model_id":"m","tier":1,"task":"BINARY","horizon":"PT1H","window":"PT1H",\
      "versions":["1","2"],"segments":["eu"],"drift_metrics":[\
      {"name":"moved","expression":"mean - reference_mean","threshold":0.5,"features":["distance"]},\
      {"name":"typo","expression":"mean - reference_men"}]}""";

  private final Random random = new Random(11);
  private final Producer<byte[], byte[]> producer = BROKER.producer();
  private final Queue<Exception> refusals = new ConcurrentLinkedQueue<>();
  private int sent;

  @TempDir Path jars;

  /** What was sent, by minute of its window: distances of events that count. */
  private final Map<Long, List<Double>> distances = new HashMap<>();

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
  void shiftedFeature_isFlaggedByTheWindowOfItsShift_withTheExactFigure() throws Exception {
    BaselineProfile profile = profile();
    MetricJar.write(
        jars.resolve("metrics.jar"),
        "com.example.Share",
        """
        package com.example;
        import dev.runway.drift.custom.*;
        import java.util.Optional;
        public final class Share implements DriftMetric {
          public String name() { return "share_of_first_word"; }
          public Optional<Measure> measure(FeatureWindow window) {
            return window.words().isEmpty()
                ? Optional.empty()
                : Optional.of(Measure.of(window.current().shares()[0]));
          }
        }
        """);
    send(Topic.MODELS, "m", MODEL.getBytes(StandardCharsets.UTF_8));
    publish(profile);
    playWindow(NOON, 2_000, 0);
    playWindow(NOON + WINDOW, 2_000, 0.8);
    // Too few: judged with the window before.
    playWindow(NOON + 2 * WINDOW, 100, 0.8);
    sendPrediction("{\"prediction_id\":");
    sendPrediction(prediction("3", NOON, 1, "WN"));
    sendPrediction(prediction("2", NOON, 1, "WN"));
    heartbeat(NOON + 5 * WINDOW);

    StreamExecutionEnvironment env = JobEnvironment.create(options());
    DriftMonitorJob.define(env, options());
    JobClient job = env.executeAsync("drift-monitor-test");
    try {
      Map<Long, DriftReading> readings = awaitReadings(3);

      DriftReading quiet = readings.get(NOON);
      assertThat(quiet)
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(2_000L, DriftReading::predictions)
          .returns(3, DriftReading::evaluated)
          .returns(0, DriftReading::flagged)
          .returns("baseline-1", DriftReading::profileId);

      DriftReading shifted = readings.get(NOON + WINDOW);
      assertThat(shifted)
          .returns(1, DriftReading::flagged)
          .returns(NOON + WINDOW, DriftReading::evaluatedFromMillis);
      assertThat(shifted.features().get(0).name()).isEqualTo("$score");
      // Each prediction has a feature that the baseline does not have.
      assertThat(shifted.features().get(1).name()).isEqualTo("$events");
      assertThat(value(shifted.features().get(1), "unknown_features")).isEqualTo(1);
      Feature distance = shifted.features().get(2);
      assertThat(distance.name()).isEqualTo("distance");
      assertThat(distance.flagged()).isTrue();
      assertThat(value(distance, "psi"))
          .isCloseTo(psi(profile, distances.get(NOON + WINDOW)), within(1e-12));

      assertThat(readings.get(NOON + 2 * WINDOW))
          .returns(Status.EVALUATED, DriftReading::status)
          .returns(2_100L, DriftReading::predictions)
          .returns(NOON + WINDOW, DriftReading::evaluatedFromMillis)
          .returns(1, DriftReading::flagged);

      assertCustomReadings();
      assertThat(predictionsInTiles(DriftReading.ALL)).isEqualTo(4_100);
      assertThat(predictionsInTiles("eu")).isEqualTo(1_367);
      assertThat(deadLetters())
          .extracting(DeadLetter::reason)
          .contains(Reason.NOT_JSON, Reason.UNKNOWN_VERSION);
      assertThat(deadLetters())
          .filteredOn(letter -> letter.topic().equals(Topic.MODELS.in(NAMESPACE)))
          .isNotEmpty()
          .allSatisfy(
              letter -> {
                assertThat(letter.field()).isEqualTo("drift_metrics[1].expression");
                assertThat(letter.detail())
                    .contains("at character 8", "reference_men; reference_mean?");
              });
    } finally {
      job.cancel().get();
    }
  }

  /** Of the window that shifted by 0.8, from the document and from the jar. */
  private void assertCustomReadings() throws MalformedEvent {
    DriftReading custom = readings("custom.baseline-1").get(NOON + WINDOW);
    assertThat(custom)
        .returns(Status.EVALUATED, DriftReading::status)
        .returns(2, DriftReading::evaluated)
        .returns(1, DriftReading::flagged)
        .returns(0.5, DriftReading::severity);
    assertThat(custom.features())
        .extracting(Feature::name, Feature::flagged)
        .containsExactly(tuple("distance", true), tuple("carrier", false));
    double mean =
        distances.get(NOON + WINDOW).stream()
            .mapToDouble(Double::doubleValue)
            .average()
            .orElseThrow();
    NumericProfile distance = (NumericProfile) profile().features().get(0);
    assertThat(value(custom.features().get(0), "custom:moved"))
        .isCloseTo(mean - distance.moments().mean(), within(1e-3));
    assertThat(value(custom.features().get(1), "custom:share_of_first_word"))
        .isCloseTo(0.5, within(0.05));
    assertThat(readings("custom.baseline-1").get(NOON)).returns(0, DriftReading::flagged);
  }

  private BaselineProfile profile() {
    Random reference = new Random(5);
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double distance = reference.nextGaussian();
      double score = reference.nextDouble();
      String carrier = carrier(reference);
      rows.add(
          values -> {
            values.number(0, distance);
            values.category(1, carrier);
            values.number(2, score);
          });
    }
    return ProfileBuilder.build(
        new Identity("baseline-1", "m", "1", NOON - WINDOW, Source.PROFILE_JOB),
        Precision.DOUBLE,
        List.of(
            Declared.numeric("distance"),
            Declared.categorical("carrier"),
            Declared.numeric("$score")),
        ProfileOptions.standard(3),
        rows);
  }

  private static String carrier(Random random) {
    return List.of("WN", "WN", "AA", "UA").get(random.nextInt(4));
  }

  private void publish(BaselineProfile profile) {
    Baseline baseline =
        new Baseline(
            "m",
            "1",
            profile.id(),
            profile.createdAtMillis(),
            NOON - 10 * WINDOW,
            NOON - WINDOW,
            false,
            ProfileJson.write(profile));
    send(Topic.BASELINES, baseline.key(), BaselineCodec.write(baseline));
  }

  private void playWindow(long startMillis, int events, double shift) {
    for (int i = 0; i < events; i++) {
      double distance = random.nextGaussian() + shift;
      distances.computeIfAbsent(startMillis, start -> new ArrayList<>()).add(distance);
      long at = startMillis + (long) random.nextInt((int) WINDOW);
      sendPrediction(prediction("1", at, distance, carrier(random)));
    }
  }

  private String prediction(String version, long at, double distance, String carrier) {
    return """
        {"features":{"carrier":"%s","distance":%s,"other":3},"prediction_id":"p%d","model_id":"m",\
        "model_version":"%s","predicted_at":%d,"score":%s%s}"""
        .formatted(
            carrier,
            distance,
            sent,
            version,
            at,
            random.nextDouble(),
            sent % 3 == 0 ? ",\"segment\":\"eu\"" : "");
  }

  private void sendPrediction(String json) {
    send(Topic.PREDICTIONS, "p" + sent++, json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * PSI over the baseline's ten bins with half an event added to each, straight from the values.
   */
  private static double psi(BaselineProfile profile, List<Double> values) {
    NumericProfile feature = (NumericProfile) profile.features().get(0);
    double[] edges = feature.edges().toArray();
    double[] current = new double[edges.length + 1];
    for (double value : values) {
      int bin = 0;
      while (bin < edges.length && value > edges[bin]) {
        bin++;
      }
      current[bin]++;
    }
    long[] reference = feature.counts();
    double p = 0;
    double q = 0;
    double psi = 0;
    for (int i = 0; i < current.length; i++) {
      p = (reference[i] + 0.5) / (feature.n() + 0.5 * current.length);
      q = (current[i] + 0.5) / (values.size() + 0.5 * current.length);
      psi += (q - p) * Math.log(q / p);
    }
    return psi;
  }

  private static double value(Feature feature, String metric) {
    Double value =
        feature.signals().stream()
            .filter(signal -> signal.metric().equals(metric))
            .findFirst()
            .orElseThrow()
            .value();
    return value == null ? Double.NaN : value;
  }

  /** The newest readings of all predictions, by window. */
  private Map<Long, DriftReading> awaitReadings(int size) {
    return await()
        .atMost(Waits.LONG)
        .until(() -> readings("baseline-1"), readings -> readings.size() >= size);
  }

  private Map<Long, DriftReading> readings(String profileId) throws MalformedEvent {
    Map<Long, DriftReading> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DRIFT.in(NAMESPACE))) {
      DriftReading reading = DriftReadingCodec.read(record.value());
      if (reading.segment().equals(DriftReading.ALL) && reading.profileId().equals(profileId)) {
        newest.merge(
            reading.windowStartMillis(), reading, (a, b) -> a.revision() >= b.revision() ? a : b);
      }
    }
    return newest;
  }

  private long predictionsInTiles(String segment) throws MalformedEvent, IOException {
    Map<Long, DriftTile> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.TILES.in(NAMESPACE))) {
      DriftTile tile = DriftTileCodec.read(record.value());
      if (tile.segment().equals(segment)) {
        newest.merge(
            tile.windowStartMillis(), tile, (a, b) -> a.revision() >= b.revision() ? a : b);
      }
    }
    long predictions = 0;
    for (DriftTile tile : newest.values()) {
      assertThat(Tile.fromBytes(tile.tile()).events()).isEqualTo(tile.predictions());
      predictions += tile.predictions();
    }
    return predictions;
  }

  private List<DeadLetter> deadLetters() throws MalformedEvent {
    List<DeadLetter> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DEAD_LETTERS.in(NAMESPACE))) {
      letters.add(DeadLetterCodec.read(record.value()));
    }
    return letters;
  }

  private Options options() {
    return DriftMonitorOptions.from(
        new String[] {
          "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
          "--runway.namespace", NAMESPACE,
          "--runway.events.earliest", "1980-01-01T00:00:00Z",
          "--runway.events.out-of-orderness", "PT10M",
          "--runway.checkpoint.interval", "PT1S",
          "--runway.drift.metrics", "share_of_first_word",
          "--runway.drift.metric-jars", jars.toUri().toString(),
          "--runway.parallelism", "2"
        });
  }

  private void send(Topic topic, String key, byte[] value) {
    send(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  private void send(Topic topic, byte[] key, byte[] value) {
    send(new ProducerRecord<>(topic.in(NAMESPACE), key, value));
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

  private void heartbeat(long millis) {
    producer.flush();
    for (int partition = 0; partition < Topic.PREDICTIONS.partitions(); partition++) {
      ProducerRecord<byte[], byte[]> beat =
          new ProducerRecord<>(Topic.PREDICTIONS.in(NAMESPACE), partition, null, new byte[0]);
      beat.headers().add(Heartbeat.HEADER, Heartbeat.write(millis));
      send(beat);
    }
    producer.flush();
    assertThat(refusals).isEmpty();
  }
}
