package dev.runway.demo.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.model.Heartbeat;
import dev.runway.model.Topic;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PlayerTest {
  private static final Node NODE = new Node(1, "127.0.0.1", 9092);
  private static final Node[] NODES = {NODE};

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(
          new Cluster(
              "c",
              List.of(NODE),
              Stream.of(Topic.PREDICTIONS, Topic.OUTCOMES)
                  .map(topic -> new PartitionInfo(topic.in("n"), 0, NODE, NODES, NODES))
                  .toList(),
              Set.of(),
              Set.of()),
          true,
          null,
          new ByteArraySerializer(),
          new ByteArraySerializer());

  @Test
  void tapeThatStandsStill_keepsItsPartitionsAwake() throws Exception {
    try (Player player = new Player(producer, "n", Duration.ofMillis(1))) {
      player.play(
          new StandingTape(
              () -> await().atMost(Waits.LONG).until(() -> heartbeats(Topic.OUTCOMES, 500) > 10)),
          0,
          place -> {});
    }

    assertThat(heartbeats(Topic.PREDICTIONS, 500)).isGreaterThan(10);
    assertThat(heartbeats(Topic.PREDICTIONS, 1_000)).as("the end").isPositive();
  }

  private long heartbeats(Topic topic, long millis) {
    return producer.history().stream()
        .filter(record -> record.topic().equals(topic.in("n")) && isHeartbeat(record, millis))
        .count();
  }

  private static boolean isHeartbeat(ProducerRecord<byte[], byte[]> record, long millis) {
    var header = record.headers().lastHeader(Heartbeat.HEADER);
    return header != null
        && new String(header.value(), StandardCharsets.US_ASCII)
            .equals(new String(Heartbeat.write(millis), StandardCharsets.US_ASCII));
  }

  /** Three events; something has to happen before the third comes. */
  private record StandingTape(Runnable before) implements EventTape {
    @Override
    public int size() {
      return 3;
    }

    @Override
    public Event at(int place) {
      if (place == 2) {
        before.run();
      }
      return new Event(Topic.PREDICTIONS, null, new byte[] {'{', '}'});
    }

    @Override
    public long floorMillis(Topic topic, int from) {
      return from == 3 ? TIMELESS : 500;
    }

    @Override
    public long endMillis() {
      return 1_000;
    }
  }
}
