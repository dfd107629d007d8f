package dev.runway.control.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.options.ControlOptions;
import dev.runway.model.DeadLetter;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GroupConsumerITCase {
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<DeadLetter> buried = new CopyOnWriteArrayList<>();

  /** What comes behind it waits as long as there is patience, and no longer. */
  @Test
  void recordThatNobodyCanTake_holdsUpWhatComesBehindIt_forAWhileOnly() throws Exception {
    KAFKA.createTopic("odd", 1);
    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      for (String value : List.of("first", "odd", "last")) {
        producer.send(new ProducerRecord<>("odd", value.getBytes(StandardCharsets.UTF_8))).get();
      }
    }
    AtomicLong nanos = new AtomicLong();
    AtomicLong tries = new AtomicLong();
    GroupConsumer.Taker taker =
        new GroupConsumer.Taker() {
          @Override
          public void take(ConsumerRecord<byte[], byte[]> record) {
            String value = new String(record.value(), StandardCharsets.UTF_8);
            if (value.equals("odd")) {
              tries.incrementAndGet();
              throw new IllegalStateException("nobody foresaw this");
            }
            taken.add(value);
          }

          @Override
          public void bury(DeadLetter letter, String requestId) {
            buried.add(letter);
          }
        };
    try (GroupConsumer consumer =
        new GroupConsumer(
            new ControlOptions.Kafka(KAFKA.bootstrapServers(), Map.of(), "live"),
            new GroupConsumer.Reading("odd", "odd", List.of("odd"), "earliest", 2),
            taker,
            new Patience(nanos::get))) {
      consumer.start();
      await().atMost(Waits.LONG).until(() -> tries.get() >= 3);
      assertThat(taken).containsExactly("first");
      assertThat(buried).isEmpty();

      nanos.addAndGet(Patience.LENGTH.toNanos());

      await().atMost(Waits.LONG).until(() -> taken.contains("last"));
      assertThat(taken).containsExactly("first", "last");
      assertThat(buried).singleElement().extracting(DeadLetter::offset).isEqualTo(1L);
    }
  }
}
