package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.model.DeadLetter;
import dev.runway.model.Reason;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

class KafkaModelDirectoryITCase {
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  private final List<DeadLetter> refused = new ArrayList<>();
  private Producer<byte[], byte[]> producer;
  private String models;

  @BeforeEach
  void create(TestInfo test) {
    models = test.getTestMethod().orElseThrow().getName();
    KAFKA.createTopic(models, 1, Map.of("cleanup.policy", "compact"));
    KAFKA.createTopic(models + ".events", 1);
    producer = KAFKA.producer();
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void documentsBeforeTheStart_areAllThereAtOnce() throws Exception {
    List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      acknowledgements.add(producer.send(record("m" + i, 1)));
    }
    for (Future<RecordMetadata> acknowledgement : acknowledgements) {
      acknowledgement.get();
    }

    try (ModelDirectory directory = open()) {
      for (int i = 0; i < 2_000; i++) {
        assertThat(directory.find("m" + i, Long.MIN_VALUE)).isNotNull();
      }
    }
  }

  @Test
  void documentWrittenBeforeAnEvent_isSeenByIt() throws Exception {
    try (ModelDirectory directory = open()) {
      for (int i = 0; i < 40; i++) {
        String model = "m" + i;
        producer.send(record(model, 1)).get();
        long eventTime =
            producer.send(new ProducerRecord<>(models + ".events", null)).get().timestamp();

        assertThat(directory.find(model, eventTime)).isNotNull();
      }
    }
  }

  @Test
  void newRevisionAndTombstone_takeEffectWithoutARestart() throws Exception {
    producer.send(record("m", 1)).get();
    try (ModelDirectory directory = open()) {
      assertThat(directory.find("m", 0).revision()).isEqualTo(1);

      producer.send(record("m", 2)).get();
      await().atMost(Waits.LONG).until(() -> directory.find("m", 0).revision() == 2);

      producer.send(new ProducerRecord<>(models, Raw.bytes("m"), null)).get();
      await().atMost(Waits.LONG).until(() -> directory.find("m", 0) == null);
    }
  }

  @Test
  void malformedDocument_isRefusedAndTheNextOneRead() throws Exception {
    producer.send(new ProducerRecord<>(models, Raw.bytes("bad"), new byte[] {0, -1, 7})).get();
    producer.send(record("good", 1)).get();

    try (ModelDirectory directory = open()) {
      assertThat(directory.find("good", 0)).isNotNull();
      assertThat(refused).extracting(DeadLetter::reason).containsExactly(Reason.NOT_JSON);
      assertThat(refused.get(0).offset()).isZero();
      assertThat(refused.get(0).topic()).isEqualTo(models);
    }
  }

  @Test
  void missingTopic_isNamedWithTheRemedy() {
    ModelDirectory.Factory factory =
        KafkaModelDirectory.of(KafkaAccess.of(KAFKA.bootstrapServers()), "no-such-topic");

    assertThatThrownBy(() -> factory.open(refused::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-topic")
        .hasMessageContaining("create it");
  }

  private ModelDirectory open() throws Exception {
    return InstantiationUtil.clone(
            KafkaModelDirectory.of(KafkaAccess.of(KAFKA.bootstrapServers()), models))
        .open(refused::add);
  }

  private ProducerRecord<byte[], byte[]> record(String model, long revision) {
    String json =
        "{\"model_id\":\"%s\",\"revision\":%d,\"task\":\"BINARY\"}".formatted(model, revision);
    return new ProducerRecord<>(models, Raw.bytes(model), Raw.bytes(json));
  }
}
