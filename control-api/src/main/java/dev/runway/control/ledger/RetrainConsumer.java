package dev.runway.control.ledger;

import dev.runway.control.database.Refused;
import dev.runway.control.database.Unavailable;
import dev.runway.control.options.ControlOptions;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings commands from their topic to the ledger, each in a transaction of its own, and moves the
 * offset afterwards: what comes twice changes nothing.
 *
 * <p>While the database is away it stands still where it is and stays in its group. A record that
 * is no command becomes a dead letter. Only {@link #close} ends it.
 */
public final class RetrainConsumer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainConsumer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long SHORTEST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  private final ControlOptions.Kafka options;
  private final Ledger ledger;
  private final String topic;
  private final Thread thread = new Thread(this::run, "retrain-consumer");
  private volatile boolean stopping;
  private final Patience patience = new Patience();
  private long pauseMillis = SHORTEST_MILLIS;

  public RetrainConsumer(ControlOptions.Kafka options, Ledger ledger) {
    this.options = options;
    this.ledger = ledger;
    topic = Topic.RETRAINS.in(options.namespace());
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!stopping) {
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        consumer.subscribe(List.of(topic));
        while (!stopping) {
          poll(consumer);
        }
      } catch (InterruptException | WakeupException e) {
        return;
      } catch (Throwable e) { // Whatever it was: without this thread no command is granted.
        LOG.warn("commands wait: {}", e.toString());
        if (!rest(LONGEST_MILLIS)) {
          return;
        }
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> own = new HashMap<>();
    own.put("group.id", options.namespace() + ".ledger");
    own.put("client.id", "runway-control-ledger");
    own.put("enable.auto.commit", false);
    own.put("auto.offset.reset", "earliest");
    own.put("allow.auto.create.topics", false);
    own.put("isolation.level", "read_committed");
    own.put("max.poll.records", 50);
    own.put("metadata.max.age.ms", 5_000);
    own.put("reconnect.backoff.max.ms", 1_000);
    return new KafkaConsumer<>(
        options.client(own), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void poll(KafkaConsumer<byte[], byte[]> consumer) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    boolean stuck = false;
    for (TopicPartition partition : records.partitions()) {
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        if (stopping || !settled(partition, record)) {
          // From here on again; what comes behind it waits, and so does whatever it is about.
          consumer.seek(partition, record.offset());
          stuck = true;
          break;
        }
        done.put(partition, new OffsetAndMetadata(record.offset() + 1));
      }
    }
    if (!done.isEmpty()) {
      consumer.commitSync(done);
    }
    if (stuck && !stopping) {
      standStill(consumer);
    } else if (!done.isEmpty()) {
      pauseMillis = SHORTEST_MILLIS;
    }
  }

  /** Waits as a member of the group: whoever does not poll is thrown out. */
  private void standStill(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.pause(consumer.assignment());
    ConsumerRecords<byte[], byte[]> early = consumer.poll(Duration.ofMillis(pauseMillis));
    for (TopicPartition fresh : early.partitions()) {
      // Given to this instance meanwhile, so it was not paused.
      consumer.seek(fresh, early.records(fresh).get(0).offset());
    }
    consumer.resume(consumer.paused());
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_MILLIS);
  }

  /** Whether the record needs no further look. */
  private boolean settled(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    try {
      try {
        ledger.receive(command(record), "topic:" + topic);
      } catch (MalformedEvent e) {
        bury(record, e);
      } catch (Refused e) {
        bury(record, refused(e.toString()));
      }
    } catch (Unavailable e) {
      patience.start(partition); // An outage says nothing about the record.
      LOG.warn("commands wait: {}; next try in {} ms", e.getMessage(), pauseMillis);
      return false;
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("command at {} of {}", record.offset(), partition, e);
      if (!patience.isOver(partition, record.offset()) || !buried(record, e)) {
        return false;
      }
    }
    patience.start(partition);
    return true;
  }

  private boolean buried(ConsumerRecord<byte[], byte[]> record, RuntimeException cause) {
    try {
      bury(record, refused(cause.toString()));
      return true;
    } catch (RuntimeException e) {
      LOG.error("a dead letter waits", e);
      return false;
    }
  }

  private static RetrainCommand command(ConsumerRecord<byte[], byte[]> record)
      throws MalformedEvent {
    RetrainCommand command = RetrainCommandCodec.read(record.value());
    byte[] key = command.cause().modelId().getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(key, record.key())) {
      throw new MalformedEvent(Reason.KEY_MISMATCH, "model_id", "the key is another one");
    }
    if (command.cause().reasonClass() == ReasonClass.MANUAL) {
      // Whoever writes here has not said who he is, so cannot have a person's rights.
      throw new MalformedEvent(
          Reason.BAD_VALUE, "reason_class", "persons ask by the API, and not on this topic");
    }
    return command;
  }

  private static MalformedEvent refused(String why) {
    return new MalformedEvent(Reason.REFUSED_BY_DATABASE, null, why);
  }

  private void bury(ConsumerRecord<byte[], byte[]> record, MalformedEvent cause) {
    LOG.warn(
        "record {} of {} is no command: {} {}",
        record.offset(),
        topic,
        cause.reason(),
        cause.detail());
    ledger.bury(
        DeadLetter.of(
            topic, record.partition(), record.offset(), record.timestamp(), record.value(), cause));
  }

  private boolean rest(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return !stopping;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends after the command that is under way. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(2 * POLL.toMillis());
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
