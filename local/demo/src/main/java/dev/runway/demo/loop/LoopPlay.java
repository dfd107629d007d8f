package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;
import dev.runway.model.Heartbeat;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Plays the act up to a time and no further: each case is scored by what serves at that moment, and
 * sent; outcomes when they are observed; ticks when it is told to. So the clock of the act is here,
 * and stands still while somebody decides or trains.
 */
final class LoopPlay implements AutoCloseable {
  private static final List<Topic> EVENTS = List.of(Topic.PREDICTIONS, Topic.OUTCOMES);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String namespace;
  private final ModelServer server;
  private final long startMillis;
  private final List<Due> due = new ArrayList<>();
  private final Map<String, Tally> tallies = new HashMap<>();

  /**
   * What a model upstream has said of a case, by its id, until the model downstream has read it.
   */
  private final Map<String, Scores> said = new HashMap<>();

  private final Map<String, SortedMap<Long, Map<String, Integer>>> served = new HashMap<>();

  /** Of cases that were answered while a version was on canary. */
  private final Map<Arm, Integer> tried = new HashMap<>();

  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private int place;

  private record Due(long atMillis, LoopModel model, LoopCase about, boolean outcome) {}

  private record Scores(double live, double first) {}

  private record Arm(String modelId, String version, String arm, long windowEndMillis) {}

  LoopPlay(
      String bootstrapServers,
      String namespace,
      List<LoopModel> models,
      ModelServer server,
      long startMillis) {
    this.namespace = namespace;
    this.server = server;
    this.startMillis = startMillis;
    for (LoopModel model : models) {
      tallies.put(model.id(), new Tally());
      for (LoopCase each : model.cases()) {
        due.add(new Due(each.atMillis(), model, each, false));
        if (each.observed()) {
          due.add(new Due(each.observedAtMillis(), model, each, true));
        }
      }
    }
    due.sort(Comparator.comparingLong(Due::atMillis));
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends all that is due before a time, and says that nothing older will come. */
  void until(long millis) throws IOException {
    while (place < due.size() && due.get(place).atMillis() < millis) {
      Due next = due.get(place);
      place++;
      if (next.outcome()) {
        send(Topic.OUTCOMES, next.about().id(), OutcomeCodec.write(outcome(next)));
      } else {
        predict(next.model(), next.about());
      }
    }
    for (Topic topic : EVENTS) {
      for (PartitionInfo partition : producer.partitionsFor(topic.in(namespace))) {
        heartbeat(topic.in(namespace), partition.partition(), millis);
      }
    }
    flush();
  }

  /** Says that a minute has come. */
  void tick(long millis) throws IOException {
    send(Topic.TICKS, Tick.key(), TickCodec.write(Tick.of(millis)));
    flush();
  }

  private void predict(LoopModel model, LoopCase about) {
    LoopCase live = about;
    LoopCase first = about;
    if (model.upstream() != null) {
      Scores scores = said.remove(about.id());
      live = about.with(LoopModel.UPSTREAM_SCORE, scores == null ? Double.NaN : scores.live());
      first = about.with(LoopModel.UPSTREAM_SCORE, scores == null ? Double.NaN : scores.first());
    }
    FeatureRow features = live.features();
    ModelServer.Answer answer = server.answer(model.id(), about.id(), features);
    String version = answer.version();
    double score = answer.score();
    double firstScore = server.firstScore(model.id(), first.features());
    said.put(about.id(), new Scores(score, firstScore));
    String arm = answer.arm();
    Prediction prediction =
        new Prediction(
            about.id(),
            model.id(),
            version,
            about.atMillis(),
            score,
            null,
            Double.NaN,
            null,
            null,
            about.segment(),
            arm == null ? null : TrafficSplit.EXPERIMENT,
            arm,
            answer.propensity(),
            1);
    send(Topic.PREDICTIONS, about.id(), PredictionCodec.write(prediction, features::writeTo));
    int step = step(about.atMillis());
    served
        .computeIfAbsent(model.id(), id -> new TreeMap<>())
        .computeIfAbsent(endOf(step), end -> new TreeMap<>())
        .merge(version, 1, Integer::sum);
    if (arm != null) {
      tried.merge(new Arm(model.id(), version, arm, endOf(step)), 1, Integer::sum);
    }
    if (about.observed()) {
      tally(model.id()).add(about, step, version, score, firstScore);
    }
  }

  private int step(long millis) {
    return (int) Math.floorDiv(millis - startMillis, TimeLapse.STEP.toMillis());
  }

  private long endOf(int step) {
    return startMillis + (step + 1) * TimeLapse.STEP.toMillis();
  }

  /** Versions of a model that have predicted in the window that ends at a time, and how often. */
  Map<String, Integer> served(String modelId, long windowEndMillis) {
    return served.getOrDefault(modelId, new TreeMap<>()).getOrDefault(windowEndMillis, Map.of());
  }

  /** Cases of a window that a version answered as one arm of a canary. */
  int tried(String modelId, String version, String arm, long windowEndMillis) {
    return tried.getOrDefault(new Arm(modelId, version, arm, windowEndMillis), 0);
  }

  Tally tally(String modelId) {
    return tallies.computeIfAbsent(modelId, id -> new Tally());
  }

  private static Outcome outcome(Due due) {
    LoopModel model = due.model();
    return new Outcome(
        due.about().id(),
        model.id(),
        due.atMillis(),
        due.about().positive() ? model.positiveLabel() : model.negativeLabel(),
        Double.NaN,
        null,
        0,
        Outcome.RETRACTS_NOTHING);
  }

  private void send(Topic topic, String key, byte[] value) {
    send(topic, key.getBytes(StandardCharsets.US_ASCII), value);
  }

  private void send(Topic topic, byte[] key, byte[] value) {
    send(new ProducerRecord<>(topic.in(namespace), key, value));
  }

  private void heartbeat(String topic, int partition, long millis) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(new RecordHeader(Heartbeat.HEADER, Heartbeat.write(millis)));
    byte[] key = "heartbeat".getBytes(StandardCharsets.US_ASCII);
    send(new ProducerRecord<>(topic, partition, key, new byte[0], headers));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        producer.send(
            record,
            (sent, refused) -> {
              if (refused != null) {
                failure.compareAndSet(null, refused);
              }
            });
  }

  private void flush() throws IOException {
    producer.flush();
    @Nullable Exception refused = failure.get();
    if (refused != null) {
      throw new IOException("the broker does not take events: " + refused.getMessage(), refused);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }
}
