package dev.runway.control.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.control.options.ControlOptions;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TickClockITCase {
  private static final Instant THEN = Instant.parse("2001-03-19T10:00:00Z");

  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();

  /** What starts with it must never see the machine's time first: it would end old commands. */
  @Test
  void afterARestart_thereIsATimeOnlyOnceTheNewestTickWasRead() throws Exception {
    String namespace = "replayed";
    String topic = Topic.TICKS.in(namespace);
    KAFKA.createTopic(topic, 1);
    try (Producer<byte[], byte[]> producer = KAFKA.producer()) {
      producer.send(record(topic, THEN)).get();
      producer.send(record(topic, THEN.plusSeconds(600))).get();
      // No tick at all, and the newest record.
      producer.send(new ProducerRecord<>(topic, Tick.key(), new byte[] {'?'})).get();

      CountDownLatch known = new CountDownLatch(1);
      Instant[] first = new Instant[1];
      TickClock clock =
          new TickClock(new ControlOptions.Kafka(KAFKA.bootstrapServers(), Map.of(), namespace));
      try (clock) {
        clock.start(
            () -> {
              first[0] = clock.instant();
              known.countDown();
            });
        assertThat(known.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(first[0]).isBetween(THEN.plusSeconds(600), THEN.plusSeconds(3_000));

        producer.send(record(topic, THEN.plusSeconds(86_400))).get();
        await().atMost(Waits.LONG).until(() -> !clock.instant().isBefore(THEN.plusSeconds(86_400)));
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, Instant at) {
    return new ProducerRecord<>(topic, Tick.key(), TickCodec.write(new Tick(at.toEpochMilli())));
  }
}
