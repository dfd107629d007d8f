package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.DriftTile;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ProducerTile;
import dev.runway.model.ProducerTileCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The topics of a namespace on a real broker: what a test sends, and what the job makes of it.
 *
 * <p>Results come at least once, and the newest of a key counts.
 */
final class JobTopics implements AutoCloseable {
  private final KafkaBroker broker;
  private final String namespace;
  private final Producer<byte[], byte[]> producer;
  private final Queue<Exception> refusals = new ConcurrentLinkedQueue<>();
  private int predictions;
  private int heartbeats;

  /** Makes the topics. */
  JobTopics(KafkaBroker broker, String namespace) {
    this.broker = broker;
    this.namespace = namespace;
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      topics.add(
          new NewTopic(topic.in(namespace), topic.partitions(), (short) 1)
              .configs(topic.settings()));
    }
    broker.createTopics(topics);
    producer = broker.producer(Map.of("max.request.size", 2 << 20));
  }

  /** Starts the job over them. */
  JobClient submit() throws Exception {
    Options options =
        DriftMonitorOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers", broker.bootstrapServers(),
              "--runway.namespace", namespace,
              "--runway.events.earliest", "1980-01-01T00:00:00Z",
              "--runway.events.out-of-orderness", "PT10M",
              "--runway.checkpoint.interval", "PT1S",
              "--runway.drift.top-features", "20",
              "--runway.parallelism", "2"
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    DriftMonitorJob.define(env, options);
    return env.executeAsync("drift-monitor-" + namespace);
  }

  void model(String id, String document) {
    send(new ProducerRecord<>(Topic.MODELS.in(namespace), bytes(id), bytes(document)));
  }

  void baseline(BaselineProfile profile) {
    Baseline baseline = envelope(profile, ProfileJson.write(profile));
    baseline(baseline.key(), BaselineCodec.write(baseline));
  }

  /** That of a profile, around whatever document. */
  static Baseline envelope(BaselineProfile profile, byte[] document) {
    long created = profile.createdAtMillis();
    return new Baseline(
        profile.model(),
        profile.version(),
        profile.id(),
        created,
        created - 1,
        created,
        false,
        document);
  }

  void baseline(byte[] key, byte[] value) {
    send(new ProducerRecord<>(Topic.BASELINES.in(namespace), key, value));
  }

  void prediction(String id, byte[] json) {
    predictions++;
    send(new ProducerRecord<>(Topic.PREDICTIONS.in(namespace), bytes(id), json));
  }

  /** By position, against a list. */
  void avro(String id, byte[] avro, String profileId) {
    predictions++;
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topic.PREDICTIONS.in(namespace), bytes(id), avro);
    record.headers().add(AvroPredictionCodec.FORMAT_HEADER, bytes(AvroPredictionCodec.FORMAT));
    record.headers().add(AvroPredictionCodec.FEATURES_HEADER, bytes(profileId));
    send(record);
  }

  /** What a producer has counted itself. */
  void tile(ProducerTile tile) {
    send(
        new ProducerRecord<>(
            Topic.PRODUCER_TILES.in(namespace),
            bytes(tile.modelId()),
            ProducerTileCodec.write(tile)));
  }

  /** Says that nothing older comes. */
  void heartbeat(long millis) {
    heartbeats += Topic.PREDICTIONS.partitions();
    beat(Topic.PREDICTIONS, millis);
    beat(Topic.PRODUCER_TILES, millis);
  }

  private void beat(Topic topic, long millis) {
    producer.flush();
    for (int partition = 0; partition < topic.partitions(); partition++) {
      ProducerRecord<byte[], byte[]> beat =
          new ProducerRecord<>(topic.in(namespace), partition, null, new byte[0]);
      beat.headers().add(Heartbeat.HEADER, Heartbeat.write(millis));
      send(beat);
    }
    producer.flush();
    assertThat(refusals).isEmpty();
  }

  /** Predictions sent so far, good or bad. */
  int predictions() {
    return predictions;
  }

  /** Heartbeats sent so far among the predictions. */
  int heartbeats() {
    return heartbeats;
  }

  /** The newest reading of each key, by model, segment, profile and window. */
  Map<String, DriftReading> readings() throws MalformedEvent {
    Map<String, DriftReading> newest = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.readAll(Topic.DRIFT.in(namespace))) {
      DriftReading reading = DriftReadingCodec.read(record.value());
      newest.merge(
          "%s %s %s %d"
              .formatted(
                  reading.modelId(),
                  reading.segment(),
                  reading.profileId(),
                  reading.windowStartMillis()),
          reading,
          (a, b) -> a.revision() > b.revision() ? a : b);
    }
    return newest;
  }

  /** The newest tile of each minute of all predictions. */
  List<DriftTile> tiles() throws MalformedEvent {
    Map<String, DriftTile> newest = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.readAll(Topic.TILES.in(namespace))) {
      DriftTile tile = DriftTileCodec.read(record.value());
      if (tile.segment().equals(DriftReading.ALL)) {
        newest.merge(
            tile.modelId() + ' ' + tile.profileId() + ' ' + tile.windowStartMillis(),
            tile,
            (a, b) -> a.revision() > b.revision() ? a : b);
      }
    }
    return List.copyOf(newest.values());
  }

  /** By the record they are of: each subtask that reads a baseline refuses it. */
  Map<String, DeadLetter> deadLetters() throws MalformedEvent {
    Map<String, DeadLetter> letters = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.readAll(Topic.DEAD_LETTERS.in(namespace))) {
      DeadLetter letter = DeadLetterCodec.read(record.value());
      letters.put(letter.id(), letter);
    }
    return letters;
  }

  /** Baselines that the job has written itself. */
  List<Baseline> provisional() throws MalformedEvent {
    List<Baseline> provisional = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.readAll(Topic.BASELINES.in(namespace))) {
      if (new String(record.key(), StandardCharsets.ISO_8859_1).contains("provisional-")) {
        provisional.add(BaselineCodec.read(record.value()));
      }
    }
    return provisional;
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

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
  }
}
