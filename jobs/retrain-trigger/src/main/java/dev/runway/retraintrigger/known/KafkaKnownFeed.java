package dev.runway.retraintrigger.known;

import dev.runway.flink.CompactedTopic;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The compacted topics of a namespace. What has been read and was written after the tick in hand
 * waits for the next one, so that two copies of the job know the same at the same tick.
 *
 * <p>So it is after a restart too, as far as the topics still have what held before: of a record
 * that is older than {@link Topic#COMPACTION_LAG} the one that it replaced may be gone. Such a
 * record is known at once, as all are to a job that begins anew.
 */
public final class KafkaKnownFeed implements KnownFeed {
  private final Known known;
  private final Map<String, Topic> topics = new TreeMap<>();
  private final ModelDirectory.Refused refused;
  private final List<ConsumerRecord<byte[], byte[]>> ahead = new ArrayList<>();
  private final CompactedTopic reader;

  /** What was written from then on waits. */
  private long waitsFromMillis;

  private long knownToMillis;

  private KafkaKnownFeed(
      KafkaAccess kafka,
      String namespace,
      Known known,
      Set<Topic> topics,
      long knownToMillis,
      ModelDirectory.Refused refused) {
    this.known = known;
    this.refused = refused;
    this.knownToMillis = knownToMillis == NOTHING ? Long.MIN_VALUE : knownToMillis;
    long surelyThere = System.currentTimeMillis() - Topic.COMPACTION_LAG.toMillis();
    this.waitsFromMillis = Math.max(knownToMillis, surelyThere);
    topics.forEach(topic -> this.topics.put(topic.in(namespace), topic));
    this.reader = CompactedTopic.open(kafka, List.copyOf(this.topics.keySet()), this::take);
    this.waitsFromMillis = Long.MIN_VALUE;
    known.complete();
  }

  /** Feeds from the topics of a namespace. */
  public static Factory of(KafkaAccess kafka, String namespace) {
    return new FromKafka(kafka, namespace);
  }

  private record FromKafka(KafkaAccess kafka, String namespace) implements Factory {
    @Override
    public KnownFeed open(
        Known known, Set<Topic> topics, long knownToMillis, ModelDirectory.Refused refused) {
      return new KafkaKnownFeed(kafka, namespace, known, topics, knownToMillis, refused);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.timestamp() >= waitsFromMillis) {
      ahead.add(record);
    } else {
      knownToMillis = Math.max(knownToMillis, record.timestamp() + 1);
      apply(record);
    }
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
    Iterator<ConsumerRecord<byte[], byte[]>> waiting = ahead.iterator();
    while (waiting.hasNext()) {
      ConsumerRecord<byte[], byte[]> record = waiting.next();
      if (record.timestamp() < appendedMillis) {
        waiting.remove();
        apply(record);
      }
    }
    knownToMillis = Math.max(knownToMillis, appendedMillis);
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
