package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.testkit.KafkaBroker;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicBeginningsITCase {
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  @Test
  void topics_areWholeUntilRetentionTakesTheFirstRecordOfOne() throws Exception {
    KAFKA.createTopic("whole", 2);
    KAFKA.createTopic("cut", 2);
    assertThat(kept("whole", "cut", "missing")).isTrue();

    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      for (String topic : List.of("whole", "cut")) {
        producer.send(new ProducerRecord<>(topic, 1, null, new byte[1])).get();
        producer.send(new ProducerRecord<>(topic, 1, null, new byte[1])).get();
      }
    }
    assertThat(kept("whole", "cut")).isTrue();

    try (Admin admin = KAFKA.admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition("cut", 1), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }
    assertThat(kept("whole")).isTrue();
    assertThat(kept("whole", "cut")).isFalse();
  }

  private static boolean kept(String... topics) {
    return TopicBeginnings.areKept(KafkaAccess.of(KAFKA.bootstrapServers()), List.of(topics));
  }
}
