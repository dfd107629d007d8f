package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LineageTopicITCase {
  private static final Duration LIMIT = Waits.LONG;
  private static final String TOPIC = "openlineage.events";

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(2)
  @RegisterExtension
  static final KafkaBroker KAFKA = new KafkaBroker();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(POSTGRES, KAFKA.bootstrapServers(), Map.of("RUNWAY_LINEAGE_TOPIC", TOPIC));

  @Test
  void events_areTakenUp_andWhatIsNoneHoldsUpNoOther() throws Exception {
    KAFKA.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)));
    send("no event at all", "{\"eventTime\": \"x\"}", event("one"));
    awaitNodes(1);

    // The database goes away with events in the topic: they wait, and come once it is back.
    POSTGRES.kill();
    send(event("two"), event("two"));
    POSTGRES.restart();
    awaitNodes(2);
    assertThat(API.get("/v1/audit?subject=service:openlineage").body().path("items").size())
        .isEqualTo(2);

    // What was committed does not come again; what is new does.
    API.stop();
    send(event("three"));
    API.start();
    awaitNodes(3);
    JsonNode audited = API.get("/v1/audit?subject=service:openlineage").body().path("items");
    assertThat(audited.findValuesAsText("request_id"))
        .as("that of whoever sent the event")
        .hasSize(3)
        .containsOnly("r-lineage");
  }

  private static void awaitNodes(int count) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(API.get("/v1/graph/nodes?kind=PIPELINE").body().path("items").size())
                    .isEqualTo(count));
  }

  private static String event(String job) {
    return """
    {"eventType": "COMPLETE", "eventTime": "2026-11-20T23:59:00Z", "producer": "p",
     "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
     "run": {"runId": "69f4acab-b87d-4fc0-b27b-8ea950370ff3"},
     "job": {"namespace": "kafka", "name": "%s"},
     "inputs": [{"namespace": "n", "name": "in"}], "outputs": []}
    """
        .formatted(job);
  }

  private static void send(String... values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String value : values) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(TOPIC, value.getBytes(StandardCharsets.UTF_8));
        record.headers().add("request_id", "r-lineage".getBytes(StandardCharsets.UTF_8));
        producer.send(record).get();
      }
    }
  }
}
