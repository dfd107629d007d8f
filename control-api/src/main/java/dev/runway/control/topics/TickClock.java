package dev.runway.control.topics;

import dev.runway.control.options.ControlOptions;
import dev.runway.model.MalformedEvent;
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
 * Before the first tick it is the machine's time. A tick that is behind changes nothing.
 */
public final class TickClock extends Clock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TickClock.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PAUSE_MILLIS = 1_000;

  /** A tick, and the reading of the monotonic clock when it came. */
  private record Seen(long atMillis, long nanos) {}

  private final ControlOptions.Kafka kafka;
  private final Clock machine;
  private final LongSupplier nanoClock;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "tick-clock");
  private volatile Seen last = new Seen(Long.MIN_VALUE, 0);

  public TickClock(ControlOptions.Kafka kafka) {
    this(kafka, Clock.systemUTC(), System::nanoTime);
  }

  TickClock(ControlOptions.Kafka kafka, Clock machine, LongSupplier nanoClock) {
    this.kafka = kafka;
    this.machine = machine;
    this.nanoClock = nanoClock;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** A tick has come. */
  void tick(long atMillis) {
    if (atMillis > last.atMillis()) {
      last = new Seen(atMillis, nanoClock.getAsLong());
    }
  }

  @Override
  public Instant instant() {
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
        // The newest says all; one more than none is none.
        long newest = consumer.endOffsets(List.of(ticks)).getOrDefault(ticks, 0L);
        consumer.seek(ticks, Math.max(0, newest - 1));
        while (end.getCount() > 0) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            take(record);
          }
        }
      } catch (InterruptException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("time stands still: {}", e.toString());
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

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      tick(TickCodec.read(record.value()).atMillis());
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
