package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Whose minutes retrain-trigger goes by: those of the clock, which it writes itself; or, where it
 * only has to run, such as pass in a second and a half each, of half a day ago.
 */
final class Minutes implements AutoCloseable {
  private static final long QUICK_MILLIS = 1_500;
  private static final long BEHIND_MILLIS = Duration.ofHours(12).toMillis();

  private final @Nullable KafkaProducer<byte[], byte[]> producer;
  private final @Nullable ScheduledExecutorService thread;
  private final long begunMillis;
  private final long firstMillis;
  private final double perMilli;
  private long ticks;

  private Minutes(@Nullable KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
    begunMillis = System.currentTimeMillis();
    if (producer == null) {
      thread = null;
      firstMillis = begunMillis;
      perMilli = 1;
      return;
    }
    firstMillis = Tick.of(begunMillis - BEHIND_MILLIS).atMillis();
    perMilli = (double) Tick.MINUTE_MILLIS / QUICK_MILLIS;
    thread = Executors.newSingleThreadScheduledExecutor();
    var unused =
        thread.scheduleAtFixedRate(() -> tick(producer), 0, QUICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Those of the clock. */
  static Minutes ofTheClock() {
    return new Minutes(null);
  }

  /** Short ones, which begin now. */
  static Minutes quick(Broker broker) {
    return new Minutes(
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer()));
  }

  private void tick(KafkaProducer<byte[], byte[]> to) {
    Tick tick = new Tick(firstMillis + ticks++ * Tick.MINUTE_MILLIS);
    var unused =
        to.send(
            new ProducerRecord<>(Topic.TICKS.in(Api.NAMESPACE), Tick.key(), TickCodec.write(tick)));
  }

  /** What retrain-trigger has to be told. */
  List<String> options() {
    return producer == null ? List.of() : Visible.TRIGGER;
  }

  /** The time of retrain-trigger, epoch milliseconds. */
  long nowMillis() {
    return firstMillis + (long) ((System.currentTimeMillis() - begunMillis) * perMilli);
  }

  /** When it was such a time by the clock, both in epoch milliseconds. */
  long byTheClock(long millis) {
    return begunMillis + (long) ((millis - firstMillis) / perMilli);
  }

  /** How long so much of its time takes. */
  Duration lasting(Duration length) {
    return Duration.ofMillis((long) (length.toMillis() / perMilli));
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
    if (producer != null) {
      producer.close();
    }
  }
}
