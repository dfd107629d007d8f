package dev.runway.profile;

import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.BaselineTimes;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
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

/** The compacted topic of baselines, as a publisher sees it. */
final class BaselineTopic {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofMinutes(2);

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
    /** As well; but another one was there, and this one takes over from a time that is past. */
    TOOK_OVER_LATE,
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
      Collection<Baseline> known = ofVersion(baseline.modelId(), baseline.modelVersion());
      if (!known.isEmpty()) {
        Baseline newest =
            Collections.max(known, Comparator.comparingLong(Baseline::createdAtMillis));
        if (newest.profileId().equals(baseline.profileId())) {
          return Outcome.ALREADY_THERE;
        }
        requireTakeover(newest, baseline, takesOver);
        requireNew(known, baseline);
      }
      write(baseline);
      Instant holdsFrom =
          Instant.ofEpochMilli(baseline.createdAtMillis()).plus(BaselineTimes.NOTICE);
      return known.isEmpty() || holdsFrom.isAfter(Instant.now())
          ? Outcome.PUBLISHED
          : Outcome.TOOK_OVER_LATE;
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

  /** Jobs refuse another content under an id they know. */
  private static void requireNew(Collection<Baseline> known, Baseline next) throws IOException {
    if (known.stream().anyMatch(other -> other.profileId().equals(next.profileId()))) {
      throw new IOException(
          "%s %s had baseline %s before: an id is used once, so it cannot take over again"
              .formatted(next.modelId(), next.modelVersion(), next.profileId()));
    }
  }

  /** The baselines of a version, but for provisional ones, which give way to any. */
  private Collection<Baseline> ofVersion(String modelId, String version) throws IOException {
    return all(modelId, version).stream().filter(baseline -> !baseline.provisional()).toList();
  }

  /** All baselines of a version that are there. What jobs refuse is passed over. */
  Collection<Baseline> all(String modelId, String version) throws IOException {
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
      Map<String, Baseline> found = new HashMap<>();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!isRead(consumer, ends)) {
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(topic + " was not read to its end within " + LIMIT);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record, modelId, version, found);
        }
      }
      return found.values();
    }
  }

  private static boolean isRead(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), LIMIT) >= end.getValue());
  }

  /** Takes a record into what is known, by its key: a tombstone takes its baseline out. */
  private static void take(
      ConsumerRecord<byte[], byte[]> record,
      String modelId,
      String version,
      Map<String, Baseline> found) {
    if (record.key() == null) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      found.remove(key);
      return;
    }
    try {
      Baseline baseline = BaselineCodec.read(record.value());
      if (Arrays.equals(record.key(), baseline.key())
          && baseline.modelId().equals(modelId)
          && baseline.modelVersion().equals(version)) {
        found.put(key, baseline);
      }
    } catch (MalformedEvent e) {
      // Refused by every job, so the ones before it are what counts.
    }
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
