package dev.runway.control.topics;

import dev.runway.control.database.Refused;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.RequestId;
import dev.runway.control.options.ControlOptions;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
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
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Gives the records of topics to somebody, one after the other, and moves the offset afterwards: a
 * record may come twice, and none is left out.
 *
 * <p>While the database is away it stands still where it is and stays in its group. A record that
 * is none of its kind becomes a dead letter. Only {@link #close} ends it.
 */
public final class GroupConsumer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupConsumer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long SHORTEST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  /** For the record under way and the word to the group that this member leaves it. */
  private static final long LEAVE_MILLIS = 10_000;

  private final ControlOptions.Kafka options;
  private final Reading reading;
  private final Taker taker;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> open;
  private final Patience patience;
  private long pauseMillis = SHORTEST_MILLIS;

  /**
   * What is read.
   *
   * @param what the records are, in the log
   * @param group under which offsets are kept
   * @param from where a group without offsets begins: {@code auto.offset.reset}
   * @param atOnce records that are read together: all of them are taken before the group is told of
   *     this member again
   */
  public record Reading(String what, String group, List<String> topics, String from, int atOnce) {
    public Reading {
      topics = List.copyOf(topics);
    }

    /** Of records that are taken in a moment. */
    public Reading(String what, String group, List<String> topics, String from) {
      this(what, group, topics, from, 50);
    }
  }

  /** Who takes the records. */
  public interface Taker {
    /**
     * Takes one, all of it or nothing; the same again changes nothing.
     *
     * @throws MalformedEvent if it is none of its kind
     */
    void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent;

    /**
     * Puts away one that is none.
     *
     * @param requestId what it is logged under: that of whoever sent it, else its place
     */
    void bury(DeadLetter letter, String requestId);
  }

  public GroupConsumer(ControlOptions.Kafka options, Reading reading, Taker taker) {
    this(options, reading, taker, new Patience());
  }

  GroupConsumer(ControlOptions.Kafka options, Reading reading, Taker taker, Patience patience) {
    this.options = options;
    this.reading = reading;
    this.taker = taker;
    this.patience = patience;
    thread = new Thread(this::run, reading.what() + "-consumer");
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /**
   * Makes sure that a record has the key that its content asks for.
   *
   * @throws MalformedEvent if it has another one: then others come in another order
   */
  public static void requireKey(ConsumerRecord<byte[], byte[]> record, String modelId)
      throws MalformedEvent {
    if (!Arrays.equals(modelId.getBytes(StandardCharsets.UTF_8), record.key())) {
      throw new MalformedEvent(Reason.KEY_MISMATCH, "model_id", "the key is another one");
    }
  }

  /**
   * The id of the request that a record came of, as its header {@code request_id} has it, else the
   * trace of its {@code traceparent}; null when neither does.
   */
  public static @Nullable String requestId(ConsumerRecord<byte[], byte[]> record) {
    String sent = RequestId.kept(header(record, RequestId.NAME));
    return sent == null ? RequestId.ofTrace(header(record, "traceparent")) : sent;
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private void run() {
    while (!stopping) {
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        open = consumer;
        consumer.subscribe(reading.topics());
        while (!stopping) {
          poll(consumer);
        }
      } catch (InterruptException | WakeupException e) {
        return;
      } catch (Throwable e) { // Whatever it was: without this thread nothing is taken any more.
        LOG.warn("{} wait: {}", reading.what(), e.toString());
        if (!rest(LONGEST_MILLIS)) {
          return;
        }
      } finally {
        open = null;
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> own = new HashMap<>();
    own.put("group.id", reading.group());
    own.put("client.id", "runway-control-" + reading.what());
    own.put("enable.auto.commit", false);
    own.put("auto.offset.reset", reading.from());
    own.put("allow.auto.create.topics", false);
    own.put("isolation.level", "read_committed");
    own.put("max.poll.records", reading.atOnce());
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
      commit(consumer, done);
    }
    if (stuck && !stopping) {
      standStill(consumer);
    } else if (!done.isEmpty()) {
      pauseMillis = SHORTEST_MILLIS;
    }
  }

  /** Also when it is to end: what is done already need not come again. */
  private static void commit(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, OffsetAndMetadata> done) {
    try {
      consumer.commitSync(done);
    } catch (WakeupException e) {
      consumer.commitSync(done);
      throw e;
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

  /** Whether the record needs no further look. What is logged of it names where it came from. */
  private boolean settled(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    MDC.put(RequestId.NAME, loggedAs(record));
    try {
      return taken(partition, record);
    } finally {
      MDC.remove(RequestId.NAME);
      MDC.remove(RequestId.COMMAND);
    }
  }

  private static String loggedAs(ConsumerRecord<byte[], byte[]> record) {
    String sent = requestId(record);
    return sent == null ? record.topic() + "/" + record.partition() + "/" + record.offset() : sent;
  }

  private boolean taken(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    try {
      try {
        taker.take(record);
      } catch (MalformedEvent e) {
        bury(record, e);
      } catch (Refused e) {
        bury(record, refused(e.toString()));
      }
    } catch (Unavailable e) {
      patience.start(partition); // An outage says nothing about the record.
      LOG.warn("{} wait: {}; next try in {} ms", reading.what(), e.getMessage(), pauseMillis);
      return false;
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("{} at {} of {}", reading.what(), record.offset(), partition, e);
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

  private static MalformedEvent refused(String why) {
    return new MalformedEvent(Reason.REFUSED_BY_DATABASE, null, why);
  }

  private void bury(ConsumerRecord<byte[], byte[]> record, MalformedEvent cause) {
    LOG.warn(
        "record {} of {} is refused: {} {}",
        record.offset(),
        record.topic(),
        cause.reason(),
        cause.detail());
    taker.bury(
        DeadLetter.of(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            record.value(),
            cause),
        loggedAs(record));
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

  /** Ends after the record that is under way. */
  @Override
  public void close() {
    stopping = true;
    try {
      KafkaConsumer<byte[], byte[]> polling = open;
      if (polling != null) {
        polling.wakeup();
      }
      // An interrupt would also break off the leaving, and the partitions would be nobody's until
      // the session is over.
      thread.join(LEAVE_MILLIS);
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
