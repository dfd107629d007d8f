package dev.runway.profile;

import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The compacted topic of baselines, as a publisher sees it. */
final class BaselineTopic {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String topic;
  private final Map<String, Object> client;

  /**
   * @param topic full name
   * @param client settings of every client: the brokers, and what security needs
   */
  BaselineTopic(String topic, Map<String, Object> client) {
    this.topic = topic;
    this.client = Map.copyOf(client);
  }

  /** What became of a baseline. */
  enum Outcome {
    PUBLISHED,
    /** It is the one in force: nothing was written. */
    ALREADY_THERE
  }

  /**
   * Publishes a baseline.
   *
   * <p>A profile never changes. Another one of the same version takes over by its time, so it must
   * be newer than the one that is there, and whoever publishes it must have said so: made again
   * from other rows by mistake, it would be newer as well.
   *
   * @param takesOver whether the time of creation was given on purpose
   * @throws IOException if another one is there and this must not take over, or no broker answers
   */
  Outcome publish(Baseline baseline, boolean takesOver) throws IOException {
    try {
      Baseline known = newest(baseline.key());
      if (known != null) {
        if (known.profileId().equals(baseline.profileId())) {
          return Outcome.ALREADY_THERE;
        }
        requireTakeover(known, baseline, takesOver);
      }
      write(baseline);
      return Outcome.PUBLISHED;
    } catch (KafkaException e) {
      throw new IOException("cannot publish to " + topic + ": " + e.getMessage(), e);
    }
  }

  private static void requireTakeover(Baseline known, Baseline next, boolean takesOver)
      throws IOException {
    String there =
        "%s %s has another baseline, %s of %s"
            .formatted(
                known.modelId(),
                known.modelVersion(),
                known.profileId(),
                Instant.ofEpochMilli(known.createdAtMillis()));
    if (!takesOver) {
      throw new IOException(
          there
              + ": a baseline never changes. To let this one take over for predictions from now on,"
              + " say --created-at now");
    }
    if (next.createdAtMillis() <= known.createdAtMillis()) {
      throw new IOException(
          there
              + ": one that takes over must be created later, this one is of "
              + Instant.ofEpochMilli(next.createdAtMillis()));
    }
  }

  /**
   * The newest baseline under a key, or null. One that cannot be read is passed over, as by jobs.
   */
  private @Nullable Baseline newest(byte[] key) throws IOException {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("enable.auto.commit", "false");
    settings.put("allow.auto.create.topics", "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, LIMIT).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new IOException("there is no topic " + topic);
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> ours = new ArrayList<>();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!isRead(consumer, ends)) {
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(topic + " was not read to its end within " + LIMIT);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (Arrays.equals(record.key(), key)) {
            ours.add(record);
          }
        }
      }
      return newest(ours);
    }
  }

  private static boolean isRead(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), LIMIT) >= end.getValue());
  }

  private static @Nullable Baseline newest(List<ConsumerRecord<byte[], byte[]>> records) {
    Baseline newest = null;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.value() == null) {
        newest = null;
        continue;
      }
      try {
        Baseline baseline = BaselineCodec.read(record.value());
        if (newest == null || baseline.createdAtMillis() >= newest.createdAtMillis()) {
          newest = baseline;
        }
      } catch (MalformedEvent e) {
        // Refused by every job, so the one before it is in force.
      }
    }
    return newest;
  }

  private void write(Baseline baseline) throws IOException {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("acks", "all");
    settings.put("delivery.timeout.ms", "60000");
    settings.put("request.timeout.ms", "20000");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, baseline.key(), BaselineCodec.write(baseline)))
          .get();
    } catch (ExecutionException e) {
      throw new IOException("cannot publish to " + topic + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while publishing", e);
    }
  }
}
