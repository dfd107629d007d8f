package dev.runway.demo.result;

import dev.runway.model.DeadLetterCodec;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a namespace's performance, drift, dead letters and late outcomes from their first record
 * on.
 */
public final class ResultReader implements AutoCloseable {
  private static final List<Topic> TOPICS =
      List.of(Topic.PERFORMANCE, Topic.DRIFT, Topic.TILES, Topic.DEAD_LETTERS, Topic.LATE_OUTCOMES);

  private final Consumer<byte[], byte[]> consumer;
  private final String namespace;
  private final Results results = new Results();
  private final List<TopicPartition> partitions = new ArrayList<>();

  public ResultReader(String bootstrapServers, String namespace) {
    this(new KafkaConsumer<>(settings(bootstrapServers)), namespace);
  }

  ResultReader(Consumer<byte[], byte[]> consumer, String namespace) {
    this.consumer = consumer;
    this.namespace = namespace;
    for (Topic topic : TOPICS) {
      consumer
          .partitionsFor(topic.in(namespace))
          .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private static Properties settings(String bootstrapServers) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.CLIENT_ID_CONFIG,
            "runway-results",
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class.getName(),
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class.getName(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            "false",
            // What is not committed may be taken back by a restart.
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed"));
    return settings;
  }

  /**
   * Takes in what has come.
   *
   * @param atMost how long to wait for the first record
   * @return records taken
   * @throws IOException when a result breaks its own contract
   */
  public int read(Duration atMost) throws IOException {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(atMost);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        take(record);
      } catch (MalformedEvent e) {
        throw new IOException(
            record.topic() + " offset " + record.offset() + " is no result: " + e.getMessage(), e);
      }
    }
    return records.count();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    String topic = record.topic();
    if (topic.equals(Topic.PERFORMANCE.in(namespace))) {
      results.take(PerformanceReadingCodec.read(record.value()));
    } else if (topic.equals(Topic.DRIFT.in(namespace))) {
      results.drift().take(DriftReadingCodec.read(record.value()));
    } else if (topic.equals(Topic.TILES.in(namespace))) {
      results.drift().take(DriftTileCodec.read(record.value()));
    } else if (topic.equals(Topic.DEAD_LETTERS.in(namespace))) {
      results.take(DeadLetterCodec.read(record.value()));
    } else {
      results.take(LateOutcomeCodec.read(record.value()));
    }
  }

  /** Whether everything that is there has been read. */
  public boolean atEnd() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** What has been read so far; grows with {@link #read}. */
  public Results results() {
    return results;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
