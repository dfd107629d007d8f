package dev.runway.flink;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A compacted topic of documents, read inside the operator that judges events by them (decision
 * 0001).
 *
 * <p>Opening reads the topic to its end, so no event is judged before the documents that were there
 * before it. Afterwards {@link #look} takes news without waiting every half second, and {@link
 * #catchUp} reads to the end for an event newer than what is surely known: a document written
 * before an event is seen by it. Only in a flood of such calls ({@link RefreshBudget}) may the
 * answer be as old as the last look, about a second.
 */
public final class CompactedTopic implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();

  /** After such a pause a look without waiting would only send the request. */
  private static final long STALE_NANOS = Duration.ofSeconds(2).toNanos();

  /** Our clock and the broker's may differ by this much. */
  private static final long MAX_SKEW_MILLIS = Duration.ofMinutes(1).toMillis();

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "enable.auto.commit", "false",
          "auto.offset.reset", "earliest",
          "allow.auto.create.topics", "false");

  /** Takes each record, in the order of its partition. */
  @FunctionalInterface
  public interface Documents {
    void apply(ConsumerRecord<byte[], byte[]> record);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Documents documents;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final RefreshBudget budget;
  private long lookedAtNanos;
  private long knownThroughMillis = Long.MIN_VALUE;

  CompactedTopic(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Documents documents,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(consumer, List.of(topic), documents, clock, nanoTime);
  }

  private CompactedTopic(
      Consumer<byte[], byte[]> consumer,
      List<String> topics,
      Documents documents,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.consumer = consumer;
    this.documents = documents;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.budget = new RefreshBudget(nanoTime.getAsLong());
    this.partitions =
        topics.stream().flatMap(topic -> partitionsOf(consumer, topic).stream()).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    readToEnd(Long.MIN_VALUE);
  }

  /**
   * Opens a topic and reads it to its end.
   *
   * @param topic full name
   */
  public static CompactedTopic open(KafkaAccess kafka, String topic, Documents documents) {
    return open(kafka, List.of(topic), documents);
  }

  /**
   * Opens several topics with one consumer and reads all to their ends; of two topics nobody says
   * which was written first.
   *
   * @param topics full names
   */
  public static CompactedTopic open(KafkaAccess kafka, List<String> topics, Documents documents) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka.clientProperties(DEFAULTS), bytes, bytes);
    try {
      return new CompactedTopic(
          consumer, topics, documents, InstantSource.system(), System::nanoTime);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Takes news, if it is time for it.
   *
   * @param asOfMillis Kafka time of the event that is judged
   */
  public void look(long asOfMillis) {
    long now = nanoTime.getAsLong();
    long pause = now - lookedAtNanos;
    if (pause >= STALE_NANOS) {
      readToEnd(asOfMillis);
    } else if (pause >= LOOK_NANOS) {
      lookedAtNanos = now;
      take(Duration.ZERO);
    }
  }

  /**
   * Makes sure that everything written before an event is known.
   *
   * @param asOfMillis Kafka time of the event
   * @return whether something may be known now that was not before
   */
  public boolean catchUp(long asOfMillis) {
    if (asOfMillis <= knownThroughMillis || !budget.take(nanoTime.getAsLong())) {
      return false;
    }
    readToEnd(asOfMillis);
    return true;
  }

  /**
   * Takes what has been written since, and waits for nothing: of brokers that are away there is no
   * news, and no failure. Called twice a second it is a second behind at most. It is no {@link
   * #look}: afterwards nothing is surely known that was not before.
   */
  public void takeNews() {
    take(Duration.ZERO);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /**
   * Reads what the topic holds now.
   *
   * @param asOfMillis broker time of a record that exists already: everything written before it is
   *     known afterwards, whatever the clocks say
   */
  private void readToEnd(long asOfMillis) {
    long startedMillis = clock.millis();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, WAIT);
    long deadline = nanoTime.getAsLong() + WAIT.toNanos();
    while (!isRead(ends)) {
      if (nanoTime.getAsLong() - deadline > 0) {
        throw new IllegalStateException(
            "the topic %s was not read to its end within %s: are its brokers up?"
                .formatted(partitions.get(0).topic(), WAIT));
      }
      take(POLL);
    }
    knownThroughMillis =
        Math.max(knownThroughMillis, Math.max(asOfMillis, startedMillis - MAX_SKEW_MILLIS));
    lookedAtNanos = nanoTime.getAsLong();
  }

  private boolean isRead(Map<TopicPartition, Long> ends) {
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (consumer.position(end.getKey(), WAIT) < end.getValue()) {
        return false;
      }
    }
    return true;
  }

  private void take(Duration wait) {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      documents.apply(record);
    }
  }

  private static List<TopicPartition> partitionsOf(
      Consumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, WAIT).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "there is no topic " + topic + ": create it, compacted, before the job starts");
    }
    return partitions;
  }
}
