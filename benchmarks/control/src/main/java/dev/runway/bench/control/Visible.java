package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * From the POST of a model until every job that takes events of models has taken one of it.
 *
 * <p>A prediction of a model that a job does not know is a dead letter. So ten times a second two
 * predictions go to one partition: one of the new model, and behind it one of a model that nobody
 * registers. When both jobs have refused the second and neither the first, both know the new model;
 * the time ends with the arrival of the last of these refusals, so the way through Flink and the
 * broker is in it.
 */
final class Visible implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int JOBS = 2;

  private final Api api;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> dead;
  private final Map<Long, Integer> refusals = new HashMap<>();
  private long sent;

  Visible(Broker broker, Api api) {
    this.api = api;
    Map<String, Object> brokers = Map.of("bootstrap.servers", broker.bootstrapServers());
    producer = new KafkaProducer<>(brokers, new ByteArraySerializer(), new ByteArraySerializer());
    dead = new KafkaConsumer<>(brokers, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition letters = new TopicPartition(Topic.DEAD_LETTERS.in(Api.NAMESPACE), 0);
    dead.assign(List.of(letters));
    dead.seekToBeginning(List.of(letters));
  }

  /** Registers so many, one after the other. */
  Map<String, Double> run(int models) throws Exception {
    Histogram micros = new Histogram(3);
    for (int i = 0; i < models; i++) {
      micros.recordValue(visibleAfter("visible-" + i).toNanos() / 1_000);
    }
    Map<String, Double> found = new LinkedHashMap<>();
    found.put("models", (double) models);
    found.put("p50_ms", micros.getValueAtPercentile(50) / 1e3);
    found.put("p99_ms", micros.getValueAtPercentile(99) / 1e3);
    found.put("max_ms", micros.getMaxValue() / 1e3);
    return found;
  }

  private Duration visibleAfter(String model) throws Exception {
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
        for (Map.Entry<Long, Long> pair : pairs.entrySet()) {
          if (refusals.getOrDefault(pair.getValue(), 0) >= JOBS
              && refusals.getOrDefault(pair.getKey(), 0) == 0) {
            return Duration.ofNanos(System.nanoTime() - begun);
          }
        }
      }
    }
    throw new IllegalStateException(
        "%s is not known to every job after %s; refused so far, by offset: %s"
            .formatted(model, PATIENCE, refusals));
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
        {"prediction_id":"%s","model_id":"%s","model_version":"1","predicted_at":%d,"score":0.5}"""
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
    producer.close();
  }
}
