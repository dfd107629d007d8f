package dev.runway.bench.loopfaults;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes the time, and what drift-monitor would say of each window. */
final class Player implements AutoCloseable {
  private static final long PREDICTIONS = 2_000;
  private static final double DRIFTED = 0.6;
  private static final double CALM = 0.01;
  private static final double THRESHOLD = 0.2;

  /** What was appended in the same millisecond as a tick is not before it. */
  private static final long APART_MILLIS = 3;

  private final KafkaProducer<byte[], byte[]> producer;
  private final String namespace;
  private final long midnightMillis;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * @param midnightMillis when the day begins, in its own time
   */
  Player(String bootstrapServers, String namespace, long midnightMillis) {
    this.namespace = namespace;
    this.midnightMillis = midnightMillis;
    String patience = Long.toString(Patience.LONG.toMillis());
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                "1",
                // A broker that is killed comes back.
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                patience,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                patience,
                ProducerConfig.LINGER_MS_CONFIG,
                "5"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** A minute of the day as a time. */
  long at(int minute) {
    return midnightMillis + minute * Tick.MINUTE_MILLIS;
  }

  /**
   * Says how the window of a version was.
   *
   * @param end minute at which it ends
   */
  void reading(Model model, String version, int end, boolean drifts) {
    double psi = drifts ? DRIFTED : CALM;
    Signal signal =
        new Signal(
            "psi_debiased",
            psi,
            null,
            null,
            null,
            PREDICTIONS,
            "EXACT_HISTOGRAM",
            THRESHOLD,
            null,
            null,
            drifts);
    double severity = drifts ? 1 : 0;
    DriftReading reading =
        new DriftReading(
            model.id(),
            version,
            DriftReading.ALL,
            "training",
            false,
            at(end - model.windowMinutes()),
            at(end),
            at(end - model.windowMinutes()),
            1,
            Status.EVALUATED,
            PREDICTIONS,
            1,
            1,
            drifts ? 1 : 0,
            severity,
            List.of(new Feature("age", FeatureKind.NUMERIC, drifts, severity, List.of(signal))));
    send(
        Topic.DRIFT,
        model.id().getBytes(StandardCharsets.US_ASCII),
        DriftReadingCodec.write(reading));
  }

  /** Says that a minute has come; all that was said before is before it. */
  void tick(int minute) throws IOException, InterruptedException {
    flush();
    TimeUnit.MILLISECONDS.sleep(APART_MILLIS);
    tickAgain(minute);
    TimeUnit.MILLISECONDS.sleep(APART_MILLIS);
  }

  /** The same minute again, which counts once: a tick counts when something is behind it. */
  void tickAgain(int minute) throws IOException {
    send(Topic.TICKS, Tick.key(), TickCodec.write(Tick.of(at(minute))));
    flush();
  }

  private void send(Topic topic, byte[] key, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic.in(namespace), key, value),
            (sent, refused) -> {
              if (refused != null) {
                failure.compareAndSet(null, refused);
              }
            });
  }

  private void flush() throws IOException {
    producer.flush();
    @Nullable Exception refused = failure.get();
    if (refused != null) {
      throw new IOException("the broker does not take records: " + refused.getMessage(), refused);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }
}
