package dev.runway.stack.batch;

import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Of which days outcomes came that the stream could not count any more and a batch run can: all
 * that the topic still has, some 35 days.
 *
 * <p>Those observed behind the horizon change nothing, and of orphans nobody knows a day.
 *
 * @param ends where the topic ended when it was read
 * @param byDay behind the newest of each day, UTC day of the prediction
 */
record LateOutcomes(LateOffsets ends, Map<LocalDate, LateOffsets> byDay) {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Reads the topic of a namespace. */
  static LateOutcomes read(String bootstrapServers, String namespace) throws IOException {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "enable.auto.commit",
            "false",
            "isolation.level",
            "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topic.LATE_OUTCOMES.in(namespace)).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return readToEnd(consumer, consumer.endOffsets(partitions));
    } catch (KafkaException e) {
      throw new IOException(
          "cannot read the late outcomes of " + namespace + ": " + e.getMessage(), e);
    }
  }

  private static LateOutcomes readToEnd(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) throws IOException {
    Map<LocalDate, Map<Integer, Long>> byDay = new TreeMap<>();
    long lastNews = System.nanoTime();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      long before = sum(consumer, ends);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record, byDay);
      }
      if (sum(consumer, ends) > before) {
        lastNews = System.nanoTime();
      } else if (System.nanoTime() - lastNews > PATIENCE.toNanos()) {
        throw new IOException("the broker does not give the late outcomes");
      }
    }
    Map<Integer, Long> known = new HashMap<>();
    ends.forEach((partition, end) -> known.put(partition.partition(), end));
    Map<LocalDate, LateOffsets> days = new TreeMap<>();
    byDay.forEach((day, offsets) -> days.put(day, LateOffsets.of(offsets)));
    return new LateOutcomes(LateOffsets.of(known), days);
  }

  private static long sum(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> partitions) {
    return partitions.keySet().stream().mapToLong(consumer::position).sum();
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> record, Map<LocalDate, Map<Integer, Long>> byDay) {
    try {
      LateOutcome late = LateOutcomeCodec.read(record.value());
      if (late.why() == LateOutcome.Why.ARRIVED_AFTER_FINAL) {
        LocalDate day =
            LocalDate.ofInstant(Instant.ofEpochMilli(late.predictedAtMillis()), ZoneOffset.UTC);
        byDay
            .computeIfAbsent(day, none -> new HashMap<>())
            .merge(record.partition(), record.offset() + 1, Math::max);
      }
    } catch (MalformedEvent e) {
      // Of another release, or of somebody else: it names no day.
    }
  }
}
