package dev.runway.demo.loop;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All that Runway says in a namespace, from the first record on, told to a listener. */
public final class LoopFeed implements AutoCloseable {
  private static final List<Topic> TOPICS =
      List.of(
          Topic.MODELS,
          Topic.POLICIES,
          Topic.DRIFT,
          Topic.PERFORMANCE,
          Topic.STALENESS,
          Topic.DECISIONS,
          Topic.RETRAINS,
          Topic.RETRAIN_STATUS,
          Topic.DEAD_LETTERS);

  /** Hears what comes, in the order in which it was written to its topic; what it wants of it. */
  public interface Listener {
    default void document(ModelDocument document) {}

    /** A version of a policy, by its name. */
    default void policy(String name) {}

    default void drift(DriftReading reading) {}

    default void performance(PerformanceReading reading) {}

    default void state(Staleness staleness) {}

    default void decision(Decision decision) {}

    default void command(RetrainCommand command) {}

    default void status(RetrainStatus status) {}

    default void dead(DeadLetter letter) {}
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String namespace;
  private final Listener listener;

  /**
   * @param listener called by whoever reads
   */
  public LoopFeed(String bootstrapServers, String namespace, Listener listener) {
    this.namespace = namespace;
    this.listener = listener;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "enable.auto.commit",
                "false",
                "client.id",
                "runway-loop"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : TOPICS) {
      consumer
          .partitionsFor(topic.in(namespace))
          .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * Tells the listener what has come.
   *
   * @param atMost how long to wait for the first record
   */
  public void read(Duration atMost) throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      try {
        tell(record);
      } catch (MalformedEvent e) {
        throw new IOException(
            record.topic() + " offset " + record.offset() + " breaks its contract: " + e.detail(),
            e);
      }
    }
  }

  private void tell(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    byte[] value = record.value();
    if (value == null) {
      return;
    }
    if (is(record, Topic.MODELS)) {
      listener.document(ModelDocumentCodec.read(value));
    } else if (is(record, Topic.POLICIES)) {
      listener.policy(new String(record.key(), StandardCharsets.UTF_8));
    } else if (is(record, Topic.DRIFT)) {
      listener.drift(DriftReadingCodec.read(value));
    } else if (is(record, Topic.PERFORMANCE)) {
      listener.performance(PerformanceReadingCodec.read(value));
    } else if (is(record, Topic.STALENESS)) {
      listener.state(StalenessCodec.read(value));
    } else if (is(record, Topic.DECISIONS)) {
      listener.decision(DecisionCodec.read(value));
    } else if (is(record, Topic.RETRAINS)) {
      listener.command(RetrainCommandCodec.read(value));
    } else if (is(record, Topic.RETRAIN_STATUS)) {
      listener.status(RetrainStatusCodec.read(value));
    } else {
      listener.dead(DeadLetterCodec.read(value));
    }
  }

  private boolean is(ConsumerRecord<byte[], byte[]> record, Topic topic) {
    return record.topic().equals(topic.in(namespace));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
