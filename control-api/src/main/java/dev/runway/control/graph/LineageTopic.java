package dev.runway.control.graph;

import dev.runway.control.database.Database;
import dev.runway.control.database.Refused;
import dev.runway.control.database.Unavailable;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up events of OpenLineage from a topic, at least once: the same again changes nothing. An
 * event that is none is logged with its place and passed over; while the database is away, events
 * wait in the topic.
 */
public final class LineageTopic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineageTopic.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /**
   * Far less than what a group waits for, even if each event takes its whole statement time-out.
   */
  private static final int MAX_EVENTS = 20;

  /** The operator who named the topic trusts what stands in it. */
  private static final Subject SUBJECT =
      new Subject("service:openlineage", Set.of(Role.ADMIN), Set.of(), null);

  private final @Nullable String topic;
  private final ControlOptions.Kafka kafka;
  private final Database database;
  private final Contract contract;
  private final Thread thread = new Thread(this::run, "lineage");
  private volatile boolean stopping;

  /**
   * @param topic null when there is none
   */
  public LineageTopic(
      @Nullable String topic, ControlOptions.Kafka kafka, Database database, Contract contract) {
    this.topic = topic;
    this.kafka = kafka;
    this.database = database;
    this.contract = contract;
    thread.setDaemon(true);
  }

  /** The group that events are read in. */
  public static String group(ControlOptions.Kafka kafka) {
    return kafka.namespace() + "-lineage";
  }

  public void start() {
    if (topic != null) {
      thread.start();
    }
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    while (!stopping && topic != null) {
      try (KafkaConsumer<byte[], byte[]> consumer = open()) {
        consumer.subscribe(List.of(topic));
        while (!stopping) {
          takeUp(consumer.poll(POLL));
          consumer.commitSync();
          pause = FIRST_PAUSE_MILLIS;
        }
      } catch (InterruptException e) {
        return;
      } catch (KafkaException | Unavailable e) {
        // A new consumer begins where the last commit was.
        LOG.warn("lineage in {} waits: {}; next try in {} ms", topic, e.getMessage(), pause);
        pause = rest(pause);
      } catch (RuntimeException e) { // Without this thread nothing is taken up any more.
        LOG.error("lineage in " + topic + " waits", e);
        pause = rest(pause);
      }
    }
  }

  private static long rest(long pause) {
    try {
      TimeUnit.MILLISECONDS.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The next wait ends at once, and with it the thread.
    }
    return Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
  }

  private KafkaConsumer<byte[], byte[]> open() {
    Map<String, Object> own = new HashMap<>();
    own.put("group.id", group(kafka));
    own.put("client.id", "runway-control-lineage");
    own.put("enable.auto.commit", false);
    own.put("auto.offset.reset", "earliest");
    own.put("allow.auto.create.topics", false);
    own.put("isolation.level", "read_committed");
    own.put("max.poll.records", MAX_EVENTS);
    own.put("reconnect.backoff.max.ms", 1_000);
    return new KafkaConsumer<>(
        kafka.client(own), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void takeUp(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      byte[] value = record.value();
      if (value == null) {
        continue; // Of a compacted topic: what ended says nothing.
      }
      String place = new TopicPartition(record.topic(), record.partition()) + "@" + record.offset();
      String sent = GroupConsumer.requestId(record);
      String requestId = sent == null ? "openlineage-" + place : sent;
      Correlation.ofRequest(requestId, () -> takeUp(place, value, requestId));
    }
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
    stopping = true;
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
