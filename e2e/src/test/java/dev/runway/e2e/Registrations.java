package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Topic;
import dev.runway.stack.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * From the POST of a model until every job of {@code ./runway up} that takes predictions takes
 * those of it, in every partition. retrain-trigger refuses nothing before its tick, so that it has
 * read a model does not show here: its own tests look at its gauges, and {@link
 * RetrainTriggerITCase} waits for the tick.
 *
 * <p>A prediction of a model that a job does not know is a dead letter. So, ten times a second, two
 * predictions go to each partition: one of the new model, and behind it one of a model that nobody
 * registers. Once every job has refused the second one and none the first, all know the model. The
 * time ends when that is seen, so the ways through Kafka and Flink are in it.
 */
final class Registrations {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /**
   * Jobs that refuse predictions of models that they do not know: groundtruth-join, drift-monitor.
   */
  private static final int JOBS = 2;

  private final Map<TopicPartition, Map<Long, Integer>> refusals = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final TestStack stack;

  /** A prediction of the new model, and of nobody's behind it. */
  private record Pair(TopicPartition partition, long ofModel, long ofNobody) {}

  Registrations(TestStack stack) {
    this.stack = stack;
  }

  /**
   * Registers so many, one after the other; gives the times in milliseconds, the shortest first.
   */
  long[] measure(int models) throws Exception {
    Map<String, Object> servers = Map.of("bootstrap.servers", stack.client().bootstrapServers());
    try (var producer =
            new KafkaProducer<>(servers, new ByteArraySerializer(), new ByteArraySerializer());
        var dead =
            new KafkaConsumer<>(
                servers, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> letters =
          List.of(new TopicPartition(Topic.DEAD_LETTERS.in(Topic.LIVE), 0));
      dead.assign(letters);
      dead.seekToEnd(letters);
      dead.position(letters.get(0));
      long[] millis = new long[models];
      List<Pair> taken = new ArrayList<>();
      for (int i = 0; i < models; i++) {
        long begun = System.nanoTime();
        register("visible-" + i);
        taken.addAll(awaitTaken("visible-" + i, begun, producer, dead));
        millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      }
      // A refusal that came after one was thought to be taken would make all of this wrong.
      collect(dead, Duration.ofSeconds(3));
      assertThat(taken).noneMatch(pair -> refusals(pair.partition(), pair.ofModel()) > 0);
      Arrays.sort(millis);
      return millis;
    }
  }

  private void register(String model) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + stack.client().ports().of(Ports.CONTROL) + "/v1/models"))
            .header("Content-Type", "application/json")
            .header(
                "Authorization",
                "Bearer " + Files.readString(stack.folder().controlToken()).strip())
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"model_id": "%s", "owner": "ada", "team": "ranking", "tier": 4,
                     "judging": {"task": "BINARY", "horizon": "P1D"}}
                    """
                        .formatted(model)))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  /** A pair of every partition whose first one was taken by every job. */
  private List<Pair> awaitTaken(
      String model,
      long begun,
      KafkaProducer<byte[], byte[]> producer,
      KafkaConsumer<byte[], byte[]> dead)
      throws Exception {
    List<Pair> sent = new ArrayList<>();
    Map<TopicPartition, Pair> taken = new HashMap<>();
    while (System.nanoTime() - begun < PATIENCE.toNanos()) {
      for (int partition = 0; partition < Topic.PREDICTIONS.partitions(); partition++) {
        long ofModel = send(producer, partition, model);
        sent.add(
            new Pair(
                new TopicPartition(Topic.PREDICTIONS.in(Topic.LIVE), partition),
                ofModel,
                send(producer, partition, "nobody")));
      }
      collect(dead, PAUSE);
      for (Pair pair : sent) {
        if (refusals(pair.partition(), pair.ofNobody()) >= JOBS
            && refusals(pair.partition(), pair.ofModel()) == 0) {
          taken.putIfAbsent(pair.partition(), pair);
        }
      }
      if (taken.size() == Topic.PREDICTIONS.partitions()) {
        return List.copyOf(taken.values());
      }
    }
    throw new AssertionError(model + " is not known everywhere after " + PATIENCE);
  }

  private void collect(KafkaConsumer<byte[], byte[]> dead, Duration atLeast) throws Exception {
    long end = System.nanoTime() + atLeast.toNanos();
    while (System.nanoTime() < end) {
      for (ConsumerRecord<byte[], byte[]> record : dead.poll(Duration.ofMillis(10))) {
        DeadLetter letter = DeadLetterCodec.read(record.value());
        refusals
            .computeIfAbsent(
                new TopicPartition(letter.topic(), letter.partition()), key -> new HashMap<>())
            .merge(letter.offset(), 1, Integer::sum);
      }
    }
  }

  private int refusals(TopicPartition partition, long offset) {
    return refusals.getOrDefault(partition, Map.of()).getOrDefault(offset, 0);
  }

  /** Gives its offset. */
  private static long send(KafkaProducer<byte[], byte[]> producer, int partition, String model)
      throws Exception {
    String id = model + "-" + System.nanoTime();
    String event =
        """
        {"prediction_id":"%s","model_id":"%s","model_version":"1","predicted_at":%d,"score":0.5}\
        """
            .formatted(id, model, System.currentTimeMillis());
    return producer
        .send(
            new ProducerRecord<>(
                Topic.PREDICTIONS.in(Topic.LIVE),
                partition,
                id.getBytes(StandardCharsets.UTF_8),
                event.getBytes(StandardCharsets.UTF_8)))
        .get(1, TimeUnit.MINUTES)
        .offset();
  }
}
