package dev.runway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaBrokerITCase {

  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  @Test
  void producedRecords_areReadBackInPartitionOrder() throws Exception {
    KAFKA.createTopic("order", 2);
    try (var producer = KAFKA.producer()) {
      producer.send(new ProducerRecord<>("order", 1, null, "b1".getBytes(UTF_8))).get();
      producer.send(new ProducerRecord<>("order", 0, null, "a1".getBytes(UTF_8))).get();
      producer.send(new ProducerRecord<>("order", 0, null, "a2".getBytes(UTF_8))).get();
    }
    assertThat(values("order")).containsExactly("a1", "a2", "b1");
  }

  @Test
  void killedBroker_keepsEveryAcknowledgedRecord() throws Exception {
    KAFKA.createTopic("kept", 3);
    List<String> sent = IntStream.range(0, 5_000).mapToObj(Integer::toString).toList();
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
    try (var producer = KAFKA.producer()) {
      for (String value : sent) {
        acknowledgements.add(producer.send(new ProducerRecord<>("kept", value.getBytes(UTF_8))));
      }
      for (Future<RecordMetadata> acknowledgement : acknowledgements) {
        acknowledgement.get();
      }
      String before = KAFKA.bootstrapServers();
      long pid = KAFKA.pid();

      KAFKA.kill();
      assertThat(ProcessHandle.of(pid)).isEmpty();
      KAFKA.start();

      assertThat(KAFKA.bootstrapServers()).isEqualTo(before);
      // The same producer goes on: neither lost nor doubled.
      producer.send(new ProducerRecord<>("kept", "after".getBytes(UTF_8))).get();
    }
    List<String> expected = new ArrayList<>(sent);
    expected.add("after");
    assertThat(values("kept")).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void openTransaction_hidesItsRecordsUntilCommitted() throws Exception {
    KAFKA.createTopic("transactional", 1);
    try (var producer = KAFKA.producer(Map.of("transactional.id", "testkit"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("transactional", "x".getBytes(UTF_8))).get();
      assertThat(values("transactional")).isEmpty();

      producer.commitTransaction();
    }
    await()
        .atMost(Waits.LONG)
        .untilAsserted(() -> assertThat(values("transactional")).containsExactly("x"));
  }

  @Test
  void topicSettings_arriveAtTheBroker() throws Exception {
    KAFKA.createTopic("compacted", 1, Map.of("cleanup.policy", "compact"));
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, "compacted");
    try (var admin = KAFKA.admin()) {
      Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
      assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
      assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
    }
    assertThatThrownBy(() -> KAFKA.createTopic("compacted", 1))
        .hasMessageContaining("already exists");
  }

  private static List<String> values(String topic) {
    return KAFKA.readAll(topic).stream().map(record -> new String(record.value(), UTF_8)).toList();
  }
}
