package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * From the POST of a model until every job that takes predictions has taken one of it, until it is
 * on its topic, and until retrain-trigger has read it.
 *
 * <p>A prediction of a model that a job does not know is a dead letter. So ten times a second two
 * predictions go to one partition: one of the new model, and behind it one of a model that nobody
 * registers. When both jobs have refused the second and neither the first, both know the new model;
 * the time ends with the arrival of the last of these refusals, so the way through Flink and the
 * broker is in it.
 *
 * <p>retrain-trigger reads documents as they come, and counts at a tick, once a minute, what was
 * appended before it, so that two copies of it decide the same. What it has read its gauges tell.
 * So the time ends when both of its operators have read the document. No tick is sent until all are
 * registered, so nothing but its reading as they come can have done that. A reading of drift of the
 * model is sent at once; at the end one of as many models that nobody registers, behind them ticks,
 * and it must refuse all of these and none of those.
 */
final class Visible implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final double GOAL_MILLIS = 10_000;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final long WINDOW_MILLIS = Duration.ofMinutes(10).toMillis();

  /** Those that refuse predictions of models that they do not know. */
  private static final int JOBS = 2;

  /** For the trigger: ticks are ours, and none waits for what is on its way. */
  static final List<String> TRIGGER =
      List.of("--runway.trigger.ticks", "READ", "--runway.trigger.tick-wait", "PT1S");

  private final Api api;
  private final Jobs jobs;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> dead;
  private final KafkaConsumer<byte[], byte[]> registered;
  private final Map<String, Long> onTopic = new HashMap<>();
  private final Set<String> readings = new HashSet<>();
  private final Map<Long, Integer> refusals = new HashMap<>();
  private long sent;

  Visible(Broker broker, Api api, Jobs jobs) {
    this.api = api;
    this.jobs = jobs;
    Map<String, Object> brokers = Map.of("bootstrap.servers", broker.bootstrapServers());
    producer = new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer());
    dead = new KafkaConsumer<>(brokers, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition letters = new TopicPartition(Topic.DEAD_LETTERS.in(Api.NAMESPACE), 0);
    dead.assign(List.of(letters));
    dead.seekToBeginning(List.of(letters));
    Map<String, Object> committed = new HashMap<>(brokers);
    committed.put("isolation.level", "read_committed");
    committed.put("fetch.max.wait.ms", 5);
    registered =
        new KafkaConsumer<>(committed, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition documents = new TopicPartition(Topic.MODELS.in(Api.NAMESPACE), 0);
    registered.assign(List.of(documents));
    registered.seekToBeginning(List.of(documents));
  }

  /** Registers so many, one after the other. */
  List<Finding> run(int models) throws Exception {
    Histogram byJobs = new Histogram(3);
    Histogram byTopic = new Histogram(3);
    Histogram byTrigger = new Histogram(3);
    for (int i = 0; i < models; i++) {
      Seen seen = visibleAfter("visible-" + i);
      byJobs.recordValue(seen.byJobs().toNanos() / 1_000);
      byTopic.recordValue(seen.onTopic().toNanos() / 1_000);
      byTrigger.recordValue(seen.byTrigger().toNanos() / 1_000);
    }
    requireKnownToTrigger(models);
    return List.of(
        new Finding(
            "visible",
            "from POST until every job that takes predictions knows it",
            figures(byJobs),
            Map.of("max_ms", GOAL_MILLIS)),
        new Finding(
            "visible",
            "from POST until retrain-trigger has read it, to count from its next tick on",
            figures(byTrigger),
            Map.of("max_ms", GOAL_MILLIS)),
        new Finding("visible", "from POST until it is on its topic", figures(byTopic)));
  }

  private static Map<String, Double> figures(Histogram micros) {
    Map<String, Double> found = new LinkedHashMap<>();
    found.put("models", (double) micros.getTotalCount());
    found.put("p50_ms", micros.getValueAtPercentile(50) / 1e3);
    found.put("p99_ms", micros.getValueAtPercentile(99) / 1e3);
    found.put("max_ms", micros.getMaxValue() / 1e3);
    return found;
  }

  /** When a model was seen, from its POST on. */
  private record Seen(Duration onTopic, Duration byTrigger, Duration byJobs) {}

  private Seen visibleAfter(String model) throws Exception {
    Duration seenOnTopic = null;
    Duration seenByTrigger = null;
    Duration seenByJobs = null;
    long begun = System.nanoTime();
    api.send(
        "POST",
        "/v1/models",
        """
        {"model_id": "%s", "owner": "ada", "team": "ranking", "tier": 1,
         "judging": {"task": "BINARY", "horizon": "P7D"}}
        """
            .formatted(model));
    Map<Long, Long> pairs = new LinkedHashMap<>();
    while (System.nanoTime() - begun < PATIENCE.toNanos()) {
      long of = send(model);
      pairs.put(of, send("nobody"));
      long next = System.nanoTime() + PAUSE.toNanos();
      while (System.nanoTime() < next) {
        for (ConsumerRecord<byte[], byte[]> letter : dead.poll(Duration.ofMillis(5))) {
          count(letter);
        }
        Long offset = offsetOf(model);
        if (seenOnTopic == null && offset != null) {
          seenOnTopic = Duration.ofNanos(System.nanoTime() - begun);
        }
        if (seenByTrigger == null && offset != null && jobs.modelsReadTo() > offset) {
          seenByTrigger = Duration.ofNanos(System.nanoTime() - begun);
          readings.add(sendReading(model));
        }
        if (seenByJobs == null && areKnown(pairs)) {
          seenByJobs = Duration.ofNanos(System.nanoTime() - begun);
        }
        if (seenOnTopic != null && seenByTrigger != null && seenByJobs != null) {
          return new Seen(seenOnTopic, seenByTrigger, seenByJobs);
        }
      }
    }
    throw new IllegalStateException(
        ("%s is not known to every job after %s; refused so far, by offset: %s; retrain-trigger has"
                + " read to %d")
            .formatted(model, PATIENCE, refusals, jobs.modelsReadTo()));
  }

  /** Whether of one of the pairs both jobs have refused the second and neither the first. */
  private boolean areKnown(Map<Long, Long> pairs) {
    return pairs.entrySet().stream()
        .anyMatch(
            pair ->
                refusals.getOrDefault(pair.getValue(), 0) >= JOBS
                    && refusals.getOrDefault(pair.getKey(), 0) == 0);
  }

  private void requireKnownToTrigger(int models) throws Exception {
    Set<String> unknown = new HashSet<>();
    for (int i = 0; i < models; i++) {
      unknown.add(sendReading("nobody-" + i));
    }
    Set<String> refused = new HashSet<>();
    long begun = System.nanoTime();
    for (long minute = System.currentTimeMillis();
        !refused.containsAll(unknown);
        minute += Tick.MINUTE_MILLIS) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "retrain-trigger has refused %d of %d readings of unknown models after %s"
                .formatted(refused.size(), models, PATIENCE));
      }
      producer
          .send(
              new ProducerRecord<>(
                  Topic.TICKS.in(Api.NAMESPACE), Tick.key(), TickCodec.write(Tick.of(minute))))
          .get(1, TimeUnit.MINUTES);
      for (ConsumerRecord<byte[], byte[]> record : dead.poll(Duration.ofSeconds(1))) {
        DeadLetter letter = DeadLetterCodec.read(record.value());
        if (letter.topic().equals(Topic.DRIFT.in(Api.NAMESPACE))) {
          refused.add(letter.partition() + "/" + letter.offset());
        }
      }
    }
    refused.retainAll(readings);
    if (!refused.isEmpty()) {
      throw new IllegalStateException(
          "retrain-trigger does not know %d of %d models".formatted(refused.size(), models));
    }
  }

  /** Gives its place. */
  private String sendReading(String model) throws Exception {
    long end = Tick.of(System.currentTimeMillis()).atMillis() - WINDOW_MILLIS;
    DriftReading reading =
        new DriftReading(
            model,
            "1",
            DriftReading.ALL,
            "p",
            false,
            end - WINDOW_MILLIS,
            end,
            end - WINDOW_MILLIS,
            1,
            DriftReading.Status.EVALUATED,
            500,
            1,
            1,
            0,
            0.0,
            List.of());
    RecordMetadata sentTo =
        producer
            .send(
                new ProducerRecord<>(
                    Topic.DRIFT.in(Api.NAMESPACE),
                    model.getBytes(StandardCharsets.UTF_8),
                    DriftReadingCodec.write(reading)))
            .get(1, TimeUnit.MINUTES);
    return sentTo.partition() + "/" + sentTo.offset();
  }

  /** Of a model's document; null while it is not on its topic. */
  private @Nullable Long offsetOf(String model) {
    for (ConsumerRecord<byte[], byte[]> document : registered.poll(Duration.ofMillis(1))) {
      onTopic.put(new String(document.key(), StandardCharsets.UTF_8), document.offset());
    }
    return onTopic.get(model);
  }

  private void count(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    DeadLetter letter = DeadLetterCodec.read(record.value());
    refusals.merge(letter.offset(), 1, Integer::sum);
  }

  /** Sends a prediction; gives its offset in the one partition that is used. */
  private long send(String model) throws Exception {
    String id = "p-" + sent++;
    byte[] event =
        """
        {"prediction_id":"%s","model_id":"%s","model_version":"1","predicted_at":%d,"score":0.5}\
        """
            .formatted(id, model, System.currentTimeMillis())
            .getBytes(StandardCharsets.UTF_8);
    return producer
        .send(
            new ProducerRecord<>(
                Topic.PREDICTIONS.in(Api.NAMESPACE), 0, id.getBytes(StandardCharsets.UTF_8), event))
        .get(1, TimeUnit.MINUTES)
        .offset();
  }

  @Override
  public void close() {
    dead.close();
    registered.close();
    producer.close();
  }
}
