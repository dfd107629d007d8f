package dev.runway.flink;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Whether topics still hold their first records. */
public final class TopicBeginnings {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Map<String, String> DEFAULTS =
      Map.of("enable.auto.commit", "false", "allow.auto.create.topics", "false");

  private TopicBeginnings() {}

  /**
   * Whether nothing has gone yet by retention: whoever reads these topics from their beginning
   * reads every record that there ever was. A topic that is not there yet has lost nothing.
   *
   * @param topics full names
   * @throws org.apache.kafka.common.errors.TimeoutException if no broker answers
   */
  public static boolean areKept(KafkaAccess kafka, List<String> topics) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka.clientProperties(DEFAULTS), bytes, bytes)) {
      Map<String, List<PartitionInfo>> known = consumer.listTopics(WAIT);
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> known.getOrDefault(topic, List.of()).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      return consumer.beginningOffsets(partitions, WAIT).values().stream()
          .allMatch(offset -> offset == 0);
    }
  }
}
