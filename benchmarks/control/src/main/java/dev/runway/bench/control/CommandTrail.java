package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the topics and the ledger have of some models and of their commands. */
final class CommandTrail {
  private static final String LEDGER =
      """
      SELECT c.command_id, c.model_id, (extract(epoch FROM c.granted_at) * 1000)::bigint,
             (extract(epoch FROM c.accepted_at) * 1000)::bigint,
             (SELECT count(*) FROM runway.retrain_status_changes AS h
              WHERE h.command_id = c.command_id AND h.state = 'QUEUED')
      FROM runway.retrain_commands AS c
      WHERE c.model_id LIKE '%s%%' AND c.accepted_at IS NOT NULL
      ORDER BY c.rank_at, c.command_id
      """;

  private final List<List<String>> ledger;
  private final Map<String, Long> found = new HashMap<>();
  private final Map<String, Long> said = new HashMap<>();
  private final Map<String, Long> sent = new HashMap<>();

  private CommandTrail(List<List<String>> ledger) {
    this.ledger = ledger;
  }

  /**
   * Reads it.
   *
   * @param prefix of the models; all of their commands have ended
   * @param minutes those that retrain-trigger goes by
   */
  static CommandTrail read(Broker broker, Database database, String prefix, Minutes minutes)
      throws Exception {
    CommandTrail trail = new CommandTrail(database.rows(LEDGER.formatted(prefix)));
    read(
        broker,
        Topic.STALENESS,
        record -> {
          Staleness state = StalenessCodec.read(record.value());
          if (state.state() == ModelState.STALE
              && trail.said.putIfAbsent(state.modelId(), record.timestamp()) == null) {
            trail.found.put(state.modelId(), minutes.byTheClock(state.atMillis()));
          }
        });
    read(
        broker,
        Topic.RETRAINS,
        record -> {
          RetrainCommand command = RetrainCommandCodec.read(record.value());
          trail.sent.putIfAbsent(command.commandId().toString(), record.timestamp());
        });
    return trail;
  }

  /** Takes a record of a topic. */
  @FunctionalInterface
  private interface Taker {
    void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent;
  }

  /** All that a topic of one partition has. */
  private static void read(Broker broker, Topic topic, Taker taker) throws MalformedEvent {
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition all = new TopicPartition(topic.in(Api.NAMESPACE), 0);
      consumer.assign(List.of(all));
      consumer.seekToBeginning(List.of(all));
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(all)).get(all));
      while (consumer.position(all) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          taker.take(record);
        }
      }
    }
  }

  /** Ids of the commands that the scheduler has accepted, in the order of the queue. */
  List<String> inOrder() {
    return ledger.stream().map(row -> row.get(0)).toList();
  }

  /** How many had to wait for a place, for as many as may were active. */
  long queued() {
    return ledger.stream().filter(row -> !row.get(4).equals("0")).count();
  }

  /**
   * When what happened of each, in that order.
   *
   * @param readings when a model's reading was appended
   * @throws IllegalStateException if one has left no trace where it should
   */
  List<CommandTimes> times(Map<String, Long> readings) {
    List<CommandTimes> times = new ArrayList<>();
    for (List<String> row : ledger) {
      times.add(
          new CommandTimes(
              at(readings, row.get(1)),
              at(found, row.get(1)),
              at(said, row.get(1)),
              at(sent, row.get(0)),
              Long.parseLong(row.get(2)),
              Long.parseLong(row.get(3))));
    }
    return times;
  }

  private static long at(Map<String, Long> times, String what) {
    Long at = times.get(what);
    if (at == null) {
      throw new IllegalStateException("nobody has said anything of " + what);
    }
    return at;
  }
}
