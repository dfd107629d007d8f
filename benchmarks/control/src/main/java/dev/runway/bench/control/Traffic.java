package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What the jobs have to do meanwhile: predictions of any model of the registry, so many a second,
 * each followed by its outcome a second later, until it is closed.
 */
final class Traffic implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final int rate;
  private final Random random;
  private final Thread thread = new Thread(this::send, "traffic");
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile boolean ends;
  private volatile long predictions;

  private Traffic(Broker broker, int rate, Random random) {
    this.rate = rate;
    this.random = random;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Begins to send. */
  static Traffic start(Broker broker, int rate, Random random) {
    Traffic traffic = new Traffic(broker, rate, random);
    traffic.thread.start();
    return traffic;
  }

  /** How many predictions have been sent. */
  long predictions() {
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("the jobs' traffic has ended", failed);
    }
    return predictions;
  }

  private void send() {
    int[] models = new int[rate];
    long pause = TimeUnit.SECONDS.toNanos(1) / rate;
    long begun = System.nanoTime();
    for (long i = 0; !ends; i++) {
      long due = begun + i * pause;
      for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      int of = (int) (i % rate);
      if (i >= rate) {
        send(Topic.OUTCOMES, i - rate, outcome(i - rate, models[of]));
      }
      models[of] = random.nextInt(Fill.MODELS);
      send(Topic.PREDICTIONS, i, prediction(i, models[of]));
      predictions = i + 1;
    }
  }

  private void send(Topic topic, long number, String event) {
    byte[] key = ("p-" + number).getBytes(StandardCharsets.UTF_8);
    byte[] value = event.getBytes(StandardCharsets.UTF_8);
    var unused =
        producer.send(
            new ProducerRecord<>(topic.in(Api.NAMESPACE), key, value),
            (metadata, failed) -> failure.compareAndSet(null, failed));
  }

  private String prediction(long number, int model) {
    // A double is written alike in every language, and much faster than by a format.
    return "{\"prediction_id\":\"p-"
        + number
        + "\",\"model_id\":\""
        + Fill.model(model)
        + "\",\"model_version\":\""
        + Fill.LIVE
        + "\",\"predicted_at\":"
        + System.currentTimeMillis()
        + ",\"score\":"
        + random.nextDouble()
        + ",\"features\":{\"f-"
        + model * 4
        + "\":"
        + random.nextGaussian()
        + ",\"f-"
        + (model * 4 + 1)
        + "\":"
        + random.nextGaussian()
        + ",\"f-"
        + (model * 4 + 2)
        + "\":"
        + random.nextGaussian()
        + "}}";
  }

  private String outcome(long number, int model) {
    return "{\"prediction_id\":\"p-"
        + number
        + "\",\"model_id\":\""
        + Fill.model(model)
        + "\",\"observed_at\":"
        + System.currentTimeMillis()
        + ",\"label\":"
        + random.nextBoolean()
        + "}";
  }

  @Override
  public void close() {
    ends = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
