package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
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

/** A version without baseline, from its first predictions to the day it gets a real one. */
class ProvisionalBaselineITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final String NAMESPACE = "runway-provisional";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();
  private static final Duration LATENESS = Duration.ofMinutes(1);
  private static final String MODEL =
      """
      {"model_id":"m","tier":1,"task":"BINARY","horizon":"PT1H","window":"PT1H","versions":["1"]}""";

  private final Random random = new Random(11);
  private final Producer<byte[], byte[]> producer = BROKER.producer();
  private int sent;
  private int played;

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
  void firstWindows_becomeAProvisionalBaseline_untilARealOneIsPublished() throws Exception {
    send(Topic.MODELS, "m".getBytes(StandardCharsets.UTF_8), MODEL);
    play(0, 3, 0);
    StreamExecutionEnvironment env = JobEnvironment.create(options());
    DriftMonitorJob.define(env, options());
    JobClient job = env.executeAsync("drift-monitor-provisional-test");
    try {
      Baseline provisional = await().atMost(PATIENCE).until(this::provisional, b -> b != null);
      assertThat(provisional)
          .returns(NOON, Baseline::dataStartMillis)
          .returns(NOON + 3 * WINDOW, Baseline::dataEndMillis)
          .returns(NOON + 3 * WINDOW + LATENESS.toMillis(), Baseline::createdAtMillis);
      assertThat(ProfileJson.read(provisional.profile()).positions())
          .containsOnlyKeys("$score", "carrier", "distance");

      DriftReading quiet = playUntil(0, reading -> reading.status() == Status.EVALUATED);
      assertThat(quiet)
          .returns(true, DriftReading::provisional)
          .returns(provisional.profileId(), DriftReading::profileId);

      DriftReading shifted = playUntil(1, reading -> reading.flagged() > 0);
      // Behind the score.
      assertThat(shifted.features().get(1))
          .returns("distance", Feature::name)
          .returns(true, Feature::flagged);

      long takesOver = NOON + played * WINDOW;
      publishReal(takesOver);
      DriftReading real = playUntil(0, reading -> reading.profileId().equals("real"));
      assertThat(real.provisional()).isFalse();
      assertThat(real.windowStartMillis()).isGreaterThanOrEqualTo(takesOver);
    } finally {
      job.cancel().get();
    }
  }

  private Baseline provisional() throws MalformedEvent {
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.BASELINES.in(NAMESPACE))) {
      Baseline baseline = BaselineCodec.read(record.value());
      if (baseline.provisional()) {
        return baseline;
      }
    }
    return null;
  }

  /**
   * Plays a window a second, as a subtask may look for new baselines twice in one, until a reading
   * is as it should be.
   */
  private DriftReading playUntil(double shift, Predicate<DriftReading> wanted) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              play(played, played + 1, shift);
              return readings().stream().filter(wanted).findFirst();
            },
            Optional::isPresent)
        .orElseThrow();
  }

  private List<DriftReading> readings() throws MalformedEvent {
    List<DriftReading> readings = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DRIFT.in(NAMESPACE))) {
      readings.add(DriftReadingCodec.read(record.value()));
    }
    return readings;
  }

  private void publishReal(long createdAtMillis) {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      double distance = random.nextGaussian();
      rows.add(values -> values.number(0, distance));
    }
    BaselineProfile profile =
        ProfileBuilder.build(
            new Identity("real", "m", "1", createdAtMillis, Source.UPLOADED),
            Precision.DOUBLE,
            List.of(Declared.numeric("distance")),
            ProfileOptions.standard(1),
            rows);
    Baseline real =
        new Baseline("m", "1", "real", createdAtMillis, 0, 1, false, ProfileJson.write(profile));
    send(Topic.BASELINES, real.key(), BaselineCodec.write(real));
  }

  /** Plays windows of 1,000 predictions, and says that nothing of them will come any more. */
  private void play(int from, int to, double shift) {
    played = to;
    for (int window = from; window < to; window++) {
      for (int i = 0; i < 1_000; i++) {
        long at = NOON + window * WINDOW + (long) random.nextInt((int) WINDOW);
        String json =
            """
            {"features":{"carrier":"%s","distance":%s},"prediction_id":"p%d","model_id":"m",\
            "model_version":"1","predicted_at":%d,"score":%s}"""
                .formatted(
                    random.nextBoolean() ? "WN" : "AA",
                    random.nextGaussian() + shift,
                    sent,
                    at,
                    random.nextDouble());
        send(Topic.PREDICTIONS, ("p" + sent++).getBytes(StandardCharsets.UTF_8), json);
      }
    }
    producer.flush();
    for (int partition = 0; partition < Topic.PREDICTIONS.partitions(); partition++) {
      ProducerRecord<byte[], byte[]> beat =
          new ProducerRecord<>(Topic.PREDICTIONS.in(NAMESPACE), partition, null, new byte[0]);
      beat.headers()
          .add(Heartbeat.HEADER, Heartbeat.write(NOON + to * WINDOW + LATENESS.toMillis() + 1));
      send(beat);
    }
    producer.flush();
  }

  private void send(Topic topic, byte[] key, String json) {
    send(topic, key, json.getBytes(StandardCharsets.UTF_8));
  }

  private void send(Topic topic, byte[] key, byte[] value) {
    send(new ProducerRecord<>(topic.in(NAMESPACE), key, value));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }

  private static Options options() {
    return DriftMonitorOptions.from(
        new String[] {
          "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
          "--runway.namespace", NAMESPACE,
          "--runway.events.earliest", "1980-01-01T00:00:00Z",
          "--runway.events.out-of-orderness", "PT10M",
          "--runway.drift.lateness", LATENESS.toString(),
          "--runway.checkpoint.interval", "PT1S",
          "--runway.parallelism", "2"
        });
  }
}
