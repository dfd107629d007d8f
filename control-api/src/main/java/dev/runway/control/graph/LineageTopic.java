package dev.runway.control.graph;

import dev.runway.control.database.Database;
import dev.runway.control.database.Refused;
import dev.runway.control.http.Contract;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Problem;
import dev.runway.control.log.Correlation;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import dev.runway.control.topics.GroupConsumer;
import dev.runway.lineage.Lineage;
import dev.runway.model.DeadLetter;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up events of OpenLineage from a topic, at least once: the same again changes nothing. An
 * event that is none is logged with its place and passed over, and so is one that meets an error
 * which nobody foresaw, after some minutes of trying; while the database is away, events wait in
 * the topic.
 */
public final class LineageTopic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineageTopic.class);

  /**
   * Far less than what a group waits for, even if each event takes its whole statement time-out.
   */
  private static final int MAX_EVENTS = 20;

  /** The operator who named the topic trusts what stands in it. */
  private static final Subject SUBJECT =
      new Subject("service:openlineage", Set.of(Role.ADMIN), Set.of(), null);

  private final Database database;
  private final Contract contract;
  private final @Nullable GroupConsumer consumer;

  /**
   * @param topic null when there is none
   */
  public LineageTopic(
      @Nullable String topic, ControlOptions.Kafka kafka, Database database, Contract contract) {
    this.database = database;
    this.contract = contract;
    consumer = topic == null ? null : new GroupConsumer(kafka, reading(topic, kafka), new Taker());
  }

  private static GroupConsumer.Reading reading(String topic, ControlOptions.Kafka kafka) {
    return new GroupConsumer.Reading(
        "lineage", group(kafka), List.of(topic), "earliest", MAX_EVENTS);
  }

  /** The group that events are read in. */
  public static String group(ControlOptions.Kafka kafka) {
    return kafka.namespace() + "-lineage";
  }

  public void start() {
    if (consumer != null) {
      consumer.start();
    }
  }

  private final class Taker implements GroupConsumer.Taker {
    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
      byte[] value = record.value();
      if (value == null) {
        return; // Of a compacted topic: what ended says nothing.
      }
      String place = place(record.topic(), record.partition(), record.offset());
      String sent = GroupConsumer.requestId(record);
      String requestId = sent == null ? "openlineage-" + place : sent;
      Correlation.ofRequest(requestId, () -> takeUp(place, value, requestId));
    }

    /**
     * It stays where it is: the topic is not ours, and who knows it finds it there by its place.
     */
    @Override
    public void bury(DeadLetter letter, String requestId) {
      String place = place(letter.topic(), letter.partition(), letter.offset());
      LOG.error("event at {} is passed over: {}", place, letter.detail());
    }
  }

  private static String place(String topic, int partition, long offset) {
    return new TopicPartition(topic, partition) + "@" + offset;
  }

  private void takeUp(String place, byte[] value, String requestId) {
    try {
      Lineage lineage = OpenLineage.read(contract.body(Operation.TAKE_LINEAGE.id(), value));
      database.write(
          sql -> LineageStore.store(new Change(sql, SUBJECT.name(), requestId), SUBJECT, lineage));
    } catch (Problem | Refused e) {
      LOG.warn("event at {} is passed over: {}", place, e.getMessage());
    }
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close();
    }
  }
}
