package dev.runway.control.topics;

import dev.runway.control.database.Unavailable;
import dev.runway.control.options.ControlOptions;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time as the ticks of a namespace say it, for a replay of history: deadlines, cool-downs and
 * months of its commands are those of the replayed time, and of no clock.
 *
 * <p>Between two ticks it goes on like any clock, so that what is tried again after a second is.
 * Until the topic has been read once there is no time: what would be judged by the machine's is of
 * another one. A topic without a tick leaves it at the machine's time until there is one. A tick
 * that is behind changes nothing, and one that is ahead of its own record is none.
 */
public final class TickClock extends Clock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TickClock.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PAUSE_MILLIS = 1_000;

  /** As retrain-trigger has it: what it takes for no tick is none here. */
  private static final long MAX_AHEAD_MILLIS = Tick.MINUTE_MILLIS;

  /** The newest says all, but it may be none, or a mark between transactions. */
  private static final long LOOKS_BACK = 100;

  /** A tick, and the reading of the monotonic clock when it came. */
  private record Seen(long atMillis, long nanos) {}

  private final ControlOptions.Kafka kafka;
  private final Clock machine;
  private final LongSupplier nanoClock;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "tick-clock");
  private volatile Seen last = new Seen(Long.MIN_VALUE, 0);
  private volatile boolean isKnown;
  private volatile Runnable whenKnown = () -> {};

  public TickClock(ControlOptions.Kafka kafka) {
    this(kafka, Clock.systemUTC(), System::nanoTime);
  }

  TickClock(ControlOptions.Kafka kafka, Clock machine, LongSupplier nanoClock) {
    this.kafka = kafka;
    this.machine = machine;
    this.nanoClock = nanoClock;
    thread.setDaemon(true);
  }

  /**
   * Begins to read.
   *
   * @param then done once, in the thread that reads, as soon as there is a time
   */
  public void start(Runnable then) {
    LOG.warn(
        "time of commands is that of the ticks of {}, and not the machine's", kafka.namespace());
    whenKnown = then;
    thread.start();
  }

  /** All ticks that were there have been read. */
  void known() {
    if (!isKnown) {
      isKnown = true;
      whenKnown.run();
    }
  }

  /** A tick has come. */
  void tick(long atMillis) {
    if (atMillis > last.atMillis()) {
      last = new Seen(atMillis, nanoClock.getAsLong());
    }
  }

  /**
   * Now.
   *
   * @throws Unavailable before the ticks have been read
   */
  @Override
  public Instant instant() {
    if (!isKnown) {
      throw new Unavailable("the ticks, which time is told by, have not been read yet");
    }
    Seen seen = last;
    return seen.atMillis() == Long.MIN_VALUE
        ? machine.instant()
        : Instant.ofEpochMilli(seen.atMillis()).plusNanos(nanoClock.getAsLong() - seen.nanos());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** It has none but UTC. */
  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  private void run() {
    while (end.getCount() > 0) {
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        TopicPartition ticks = new TopicPartition(Topic.TICKS.in(kafka.namespace()), 0);
        consumer.assign(List.of(ticks));
        long newest = consumer.endOffsets(List.of(ticks)).getOrDefault(ticks, 0L);
        long oldest = consumer.beginningOffsets(List.of(ticks)).getOrDefault(ticks, 0L);
        consumer.seek(ticks, Math.max(oldest, newest - LOOKS_BACK));
        while (end.getCount() > 0) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            take(record);
          }
          if (consumer.position(ticks) >= newest && end.getCount() > 0) {
            known();
          }
        }
      } catch (InterruptException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn(
            isKnown
                ? "ticks cannot be read, and time goes on from the last one: {}"
                : "ticks cannot be read, and commands wait: {}",
            e.toString());
        if (isOver()) {
          return;
        }
      }
    }
  }

  private boolean isOver() {
    try {
      return end.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      long at = TickCodec.read(record.value()).atMillis();
      if (at - record.timestamp() > MAX_AHEAD_MILLIS) {
        LOG.warn(
            "record {} of the ticks is {} s ahead of its own time, and no tick",
            record.offset(),
            (at - record.timestamp()) / 1_000);
        return;
      }
      tick(at);
    } catch (MalformedEvent e) {
      LOG.warn("record {} of the ticks is none: {}", record.offset(), e.getMessage());
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> own = new HashMap<>();
    own.put("client.id", "runway-control-ticks");
    own.put("enable.auto.commit", false);
    own.put("auto.offset.reset", "earliest");
    own.put("allow.auto.create.topics", false);
    own.put("fetch.max.wait.ms", 100);
    return new KafkaConsumer<>(
        kafka.client(own), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    end.countDown();
    try {
      thread.join(PAUSE_MILLIS);
      thread.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
