package dev.runway.control.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.options.ControlOptions;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MessageProducerITCase {
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  @Test
  void producerThatLostItsPlace_isShutOut() throws Exception {
    String topic = Topic.MODELS.in(Topic.LIVE);
    KAFKA.createTopics(List.of(new NewTopic(topic, 1, (short) 1)));
    ControlOptions.Kafka options =
        new ControlOptions.Kafka(KAFKA.bootstrapServers(), Map.of(), Topic.LIVE);
    try (MessageProducer paused = new MessageProducer(options)) {
      paused.send(List.of(message("first")));
      try (MessageProducer next = new MessageProducer(options)) {
        next.send(List.of(message("second")));
        assertThatThrownBy(() -> paused.send(List.of(message("old"))))
            .isInstanceOf(KafkaException.class);
        next.send(List.of(message("third")));
      }
    }
    assertThat(KAFKA.readAll(topic))
        .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
        .containsExactly("first", "second", "third");
  }

  private static MessageProducer.Message message(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new MessageProducer.Message(1, Topic.MODELS, bytes, bytes, "r");
  }
}
