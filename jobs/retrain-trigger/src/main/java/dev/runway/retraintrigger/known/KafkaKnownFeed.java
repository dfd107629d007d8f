package dev.runway.retraintrigger.known;

import dev.runway.flink.CompactedTopic;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The compacted topics of a namespace. What has been read and was written after the tick in hand
 * waits for the next one, so that two copies of the job know the same at the same tick. It is read
 * as it comes all the same, as long as less than {@link #MAX_HELD_BYTES} of it wait; beyond that it
 * is read with its tick.
 *
 * <p>So it is after a restart too, as far as the topics still have what held before: of a record
 * that is older than {@link Topic#COMPACTION_LAG} the one that it replaced may be gone. Such a
 * record is known at once, as all are to a job that begins anew.
 */
public final class KafkaKnownFeed implements KnownFeed {
  /** Keys and values: of a document of a kilobyte 16,000 in a minute. */
  static final long MAX_HELD_BYTES = 16L << 20;

  private final Known known;
  private final Map<String, Topic> topics = new TreeMap<>();
  private final ModelDirectory.Refused refused;
  private final List<ConsumerRecord<byte[], byte[]>> ahead = new ArrayList<>();
  private final CompactedTopic reader;
  private final long maxHeldBytes;

  /** Behind the newest record of each partition that has been read. */
  private final Map<TopicPartition, Long> offsets = new HashMap<>();

  /** The same by topic; metrics are read by threads of their own. */
  private final Map<Topic, AtomicLong> readTo = new EnumMap<>(Topic.class);

  private final AtomicInteger held = new AtomicInteger();
  private long heldBytes;

  /** What was written from then on waits. */
  private long waitsFromMillis;

  private long knownToMillis;

  private KafkaKnownFeed(
      KafkaAccess kafka,
      String namespace,
      Known known,
      Set<Topic> topics,
      long knownToMillis,
      ModelDirectory.Refused refused,
      long maxHeldBytes) {
    this.known = known;
    this.maxHeldBytes = maxHeldBytes;
    this.refused = refused;
    this.knownToMillis = knownToMillis == NOTHING ? Long.MIN_VALUE : knownToMillis;
    long surelyThere = System.currentTimeMillis() - Topic.COMPACTION_LAG.toMillis();
    this.waitsFromMillis = Math.max(knownToMillis, surelyThere);
    for (Topic topic : topics) {
      this.topics.put(topic.in(namespace), topic);
      this.readTo.put(topic, new AtomicLong());
    }
    this.reader = CompactedTopic.open(kafka, List.copyOf(this.topics.keySet()), this::take);
    this.waitsFromMillis = Long.MIN_VALUE;
    known.complete();
  }

  /** Feeds from the topics of a namespace. */
  public static Factory of(KafkaAccess kafka, String namespace) {
    return of(kafka, namespace, MAX_HELD_BYTES);
  }

  static Factory of(KafkaAccess kafka, String namespace, long maxHeldBytes) {
    return new FromKafka(kafka, namespace, maxHeldBytes);
  }

  private record FromKafka(KafkaAccess kafka, String namespace, long maxHeldBytes)
      implements Factory {
    @Override
    public KnownFeed open(
        Known known, Set<Topic> topics, long knownToMillis, ModelDirectory.Refused refused) {
      return new KafkaKnownFeed(
          kafka, namespace, known, topics, knownToMillis, refused, maxHeldBytes);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.timestamp() >= waitsFromMillis) {
      ahead.add(record);
      heldBytes += bytes(record);
      held.set(ahead.size());
    } else {
      knownToMillis = Math.max(knownToMillis, record.timestamp() + 1);
      apply(record);
    }
    noteRead(record);
  }

  private static long bytes(ConsumerRecord<byte[], byte[]> record) {
    return Math.max(0L, record.serializedKeySize()) + Math.max(0L, record.serializedValueSize());
  }

  private void noteRead(ConsumerRecord<byte[], byte[]> record) {
    long next = record.offset() + 1;
    Long before = offsets.put(new TopicPartition(record.topic(), record.partition()), next);
    readToOf(record).addAndGet(next - (before == null ? 0 : before));
  }

  private AtomicLong readToOf(ConsumerRecord<byte[], byte[]> record) {
    return Objects.requireNonNull(readTo.get(Objects.requireNonNull(topics.get(record.topic()))));
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      known.apply(Objects.requireNonNull(topics.get(record.topic())), record.key(), record.value());
    } catch (MalformedEvent cause) {
      refused.take(
          DeadLetter.of(
              record.topic(),
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.value(),
              cause));
    }
  }

  @Override
  public void upTo(long appendedMillis) {
    reader.look(appendedMillis);
    reader.catchUp(appendedMillis);
    // Most of what waits leaves at once, so one after the other would move the rest again and
    // again.
    List<ConsumerRecord<byte[], byte[]>> later = new ArrayList<>();
    heldBytes = 0;
    for (ConsumerRecord<byte[], byte[]> record : ahead) {
      if (record.timestamp() < appendedMillis) {
        apply(record);
      } else {
        later.add(record);
        heldBytes += bytes(record);
      }
    }
    ahead.clear();
    ahead.addAll(later);
    held.set(ahead.size());
    knownToMillis = Math.max(knownToMillis, appendedMillis);
  }

  @Override
  public void readOn() {
    if (heldBytes < maxHeldBytes) {
      reader.takeNews();
    }
  }

  @Override
  public long readTo(Topic topic) {
    AtomicLong offset = readTo.get(topic);
    return offset == null ? 0 : offset.get();
  }

  @Override
  public int held() {
    return held.get();
  }

  @Override
  public long knownToMillis() {
    return knownToMillis;
  }

  @Override
  public void close() {
    reader.close();
  }
}
