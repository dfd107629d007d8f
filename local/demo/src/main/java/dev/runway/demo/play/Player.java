package dev.runway.demo.play;

import dev.runway.model.Heartbeat;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends a tape to the predictions and outcomes of a namespace.
 *
 * <p>Between events it sends heartbeats to every partition of both topics: the earliest time still
 * to come. At the end of the tape, and as long as it is asked to after that, it sends the tape's
 * end, so that everything becomes final, also after a job has been restarted and waits for a
 * watermark anew.
 *
 * <p>While the tape stands still it goes on saying the same. Otherwise the partitions would become
 * idle, event time would move on to what the fastest of them holds, and days of accelerated events
 * would be late for a minute's pause.
 */
public final class Player implements AutoCloseable {
  private static final List<Topic> TOPICS = List.of(Topic.PREDICTIONS, Topic.OUTCOMES);
  private static final int EVENTS_PER_HEARTBEAT = 5_000;
  private static final long NANOS_PER_HEARTBEAT = 200_000_000;
  private static final Duration PULSE = Duration.ofSeconds(2);
  private static final int MAX_REQUEST_BYTES = 16 * 1024 * 1024;

  private final Producer<byte[], byte[]> producer;
  private final String namespace;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** Heartbeat of each topic as last sent. */
  private final Map<Topic, Long> word = new ConcurrentHashMap<>();

  private final ScheduledExecutorService pulse =
      Executors.newSingleThreadScheduledExecutor(Player::daemon);
  private final Map<Topic, AtomicLong> tooLarge =
      Map.of(Topic.PREDICTIONS, new AtomicLong(), Topic.OUTCOMES, new AtomicLong());

  public Player(String bootstrapServers, String namespace) {
    this(new KafkaProducer<>(settings(bootstrapServers)), namespace, PULSE);
  }

  Player(Producer<byte[], byte[]> producer, String namespace, Duration beat) {
    this.producer = producer;
    this.namespace = namespace;
    var unused =
        pulse.scheduleWithFixedDelay(
            this::repeatHeartbeats, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "player-heartbeats");
    thread.setDaemon(true);
    return thread;
  }

  private static Properties settings(String bootstrapServers) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.CLIENT_ID_CONFIG,
            "runway-player",
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class.getName(),
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class.getName(),
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            "5",
            ProducerConfig.BATCH_SIZE_CONFIG,
            "65536",
            // With more in flight a broker that was killed refuses a partition's later batches as
            // out of sequence until they time out: minutes in which the others go on without it.
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            "1",
            // As long as a batch waits for its answer: a broker that was killed may take more than
            // the usual minute to come back, where the machine is busy.
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            "120000",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            Integer.toString(MAX_REQUEST_BYTES)));
    return settings;
  }

  /**
   * Plays the whole tape; returns when the broker has all of it.
   *
   * @param eventsPerSecond 0 for as fast as it goes
   * @param listener hears after every event how many are sent; must return at once
   * @throws IOException when the tape cannot be read or the broker refuses
   */
  public void play(EventTape tape, double eventsPerSecond, IntConsumer listener)
      throws IOException, InterruptedException {
    heartbeats(tape, 0);
    Pace pace = new Pace(eventsPerSecond, System::nanoTime);
    long lastHeartbeat = System.nanoTime();
    for (int place = 0; place < tape.size(); place++) {
      pace.await(place);
      send(tape.at(place));
      requireNoFailure();
      boolean due = System.nanoTime() - lastHeartbeat > NANOS_PER_HEARTBEAT;
      if (due || place % EVENTS_PER_HEARTBEAT == EVENTS_PER_HEARTBEAT - 1) {
        heartbeats(tape, place + 1);
        lastHeartbeat = System.nanoTime();
      }
      listener.accept(place + 1);
    }
    end(tape);
  }

  /** Says once more that nothing is to come. */
  public void end(EventTape tape) throws IOException {
    heartbeats(tape, tape.size());
    producer.flush();
    requireNoFailure();
  }

  /** Events the broker refused for their size, of one of the two topics. */
  public long tooLarge(Topic topic) {
    return tooLarge.getOrDefault(topic, new AtomicLong()).get();
  }

  private void send(EventTape.Event event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(event.topic().in(namespace), event.key(), event.value());
    event
        .headers()
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    var unused =
        producer.send(
            record,
            (sent, refused) -> {
              if (refused instanceof RecordTooLargeException) {
                tooLarge.getOrDefault(event.topic(), new AtomicLong()).incrementAndGet();
              } else if (refused != null) {
                failure.compareAndSet(null, refused);
              }
            });
  }

  private void heartbeats(EventTape tape, int from) {
    for (Topic topic : TOPICS) {
      long floor = tape.floorMillis(topic, from);
      long millis = floor == EventTape.TIMELESS ? tape.endMillis() : floor;
      word.put(topic, millis);
      heartbeat(topic, millis);
    }
  }

  private void repeatHeartbeats() {
    try {
      // May come behind a newer one: a lower word after a higher one changes nothing.
      word.forEach(this::heartbeat);
    } catch (RuntimeException refused) {
      failure.compareAndSet(null, refused);
    }
  }

  private void heartbeat(Topic topic, long millis) {
    String name = topic.in(namespace);
    for (PartitionInfo partition : producer.partitionsFor(name)) {
      var unused =
          producer.send(
              heartbeat(name, partition.partition(), millis),
              (sent, refused) -> {
                if (refused != null) {
                  failure.compareAndSet(null, refused);
                }
              });
    }
  }

  private static ProducerRecord<byte[], byte[]> heartbeat(
      String topic, int partition, long millis) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(new RecordHeader(Heartbeat.HEADER, Heartbeat.write(millis)));
    byte[] key = "heartbeat".getBytes(StandardCharsets.US_ASCII);
    return new ProducerRecord<>(topic, partition, key, new byte[0], headers);
  }

  private void requireNoFailure() throws IOException {
    Exception refused = failure.get();
    if (refused != null) {
      throw new IOException("the broker does not take events: " + refused.getMessage(), refused);
    }
  }

  @Override
  public void close() {
    pulse.shutdownNow();
    producer.close(Duration.ofSeconds(10));
  }
}
