package dev.runway.bench.embedding;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.embedding.BenchmarkedEmbeddings;
import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The job as it is, in a Flink of this process, and a broker in one of its own. All that it reads
 * lies in the topic before it starts, so that nobody sends while it is measured.
 */
final class JobRun implements AutoCloseable {
  private static final String NAMESPACE = "bench";
  private static final String SPACE = "bench";
  private static final int SUBTASKS = 2;
  private static final String SAMPLING = "sample embedding";
  private static final long LOOKS_EVERY_MILLIS = 100;
  private static final long ASKS_EVERY = 50;
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  /** Different vectors of a stream; items are all different. */
  private static final int VECTORS = 20_000;

  private final Path folder;
  private final Broker broker;
  private final long now = System.currentTimeMillis();

  private JobRun(Path folder, Broker broker) {
    this.folder = folder;
    this.broker = broker;
  }

  private static JobRun start() throws Exception {
    Path folder = Place.temporaryFolder();
    Broker broker = Broker.start(folder);
    JobRun run = new JobRun(folder, broker);
    try {
      broker.createTopics(Broker.topics(NAMESPACE));
    } catch (Exception e) {
      run.close();
      throw e;
    }
    return run;
  }

  /**
   * Embeddings of one version, a hundredth of which are sampled; the first third warms it up.
   *
   * @param row what it is, and how many events
   */
  static Row stream(Row row, long seed) throws Exception {
    try (JobRun run = start()) {
      float[][] vectors = Vectors.random(VECTORS, row.open(), seed);
      run.send(row.open(), 0.01, EmbeddingSpace.usualSample(row.open()));
      run.send("v1", row.events(), item -> vectors[item % VECTORS]);
      LocalFlink flink = LocalFlink.start(run.folder, SUBTASKS);
      JobID job = flink.submit(run.job(), Map.of());
      run.await(flink, job, () -> sampled() > row.events() / 3);
      long from = sampled();
      Meter start = Meter.now();
      Duration brokerFrom = run.broker.cpu();
      run.await(flink, job, () -> sampled() > row.events() / 100 * 99);
      long events = sampled() - from;
      Row found = start.row(row.name(), row.kind(), row.open(), events);
      Duration brokerCpu = run.broker.cpu().minus(brokerFrom);
      flink.stop();
      double brokerCores = cores(brokerCpu, found);
      return found
          .with(Summary.A_SECOND, 1e9 / found.wallNanosPerEvent())
          .with(Summary.CORES, found.cpuNanosPerEvent() / found.wallNanosPerEvent() + brokerCores)
          .with(Summary.BROKER_CORES, brokerCores);
    }
  }

  /**
   * A roll-out: two versions, one the other's rotation, until the verdict on all of its items is on
   * its topic.
   *
   * @param row what it is, and how many items
   * @throws IllegalStateException if it is another verdict than ROTATED
   */
  static Row rollout(Row row, long seed) throws Exception {
    int items = Math.toIntExact(row.events());
    try (JobRun run = start();
        KafkaConsumer<byte[], byte[]> results = run.results()) {
      run.send(row.open(), 1, items);
      run.send("v1", items, item -> Vectors.of(item, row.open(), seed));
      run.send("v2", items, item -> Vectors.rotated(Vectors.of(item, row.open(), seed)));
      LocalFlink flink = LocalFlink.start(run.folder, SUBTASKS);
      Meter start = Meter.now();
      Duration brokerFrom = run.broker.cpu();
      JobID job = flink.submit(run.job(), Map.of());
      AtomicReference<@Nullable EmbeddingStability> told = new AtomicReference<>();
      run.await(
          flink,
          job,
          () -> {
            EmbeddingStability newest = newest(results);
            told.set(newest == null ? told.get() : newest);
            EmbeddingStability last = told.get();
            return last != null && last.pairs() == items;
          });
      Row found = start.row(row.name(), row.kind(), row.open(), items);
      Duration brokerCpu = run.broker.cpu().minus(brokerFrom);
      long state = FlinkMetrics.ofJob("lastCheckpointFullSize");
      flink.stop();
      requireRotated(told.get());
      double brokerCores = cores(brokerCpu, found);
      return found
          .with(Summary.SECONDS, found.wallNanosPerEvent() * items / 1e9)
          .with(Summary.CORES, found.cpuNanosPerEvent() / found.wallNanosPerEvent() + brokerCores)
          .with(Summary.BROKER_CORES, brokerCores)
          .with(Summary.PEAK_MEGABYTES, Peak.megabytes())
          .with("checkpoint_mb", state / 1e6);
    }
  }

  private static void requireRotated(@Nullable EmbeddingStability told) {
    if (told == null || told.compatibility() != Compatibility.ROTATED) {
      throw new IllegalStateException("a rotated version was told as " + told);
    }
  }

  private static double cores(Duration cpu, Row row) {
    return cpu.toNanos() / (row.wallNanosPerEvent() * row.events());
  }

  private static long sampled() {
    return FlinkMetrics.recordsIn(SAMPLING);
  }

  private StreamExecutionEnvironment job() {
    return BenchmarkedEmbeddings.job(
        "--runway.kafka.bootstrap-servers=" + broker.bootstrapServers(),
        "--runway.namespace=" + NAMESPACE,
        "--runway.parallelism=" + SUBTASKS);
  }

  /** Sends the space's document: two versions, and what is kept of them. */
  private void send(int dimensions, double rate, int size) {
    EmbeddingSpace space =
        new EmbeddingSpace(
            SPACE,
            1,
            List.of(
                new EmbeddingSpace.Version("v1", dimensions),
                new EmbeddingSpace.Version("v2", dimensions)),
            List.of(new EmbeddingSpace.Pair("v1", "v2")),
            null,
            List.of(),
            rate,
            size);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      send(producer, Topic.SPACES, SPACE, EmbeddingSpaceCodec.write(space));
    }
  }

  /** The vector of an item. */
  private interface Encoder {
    float[] vector(int item);
  }

  private void send(String version, long items, Encoder encoder) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < items; i++) {
        String id = Vectors.id(i);
        Embedding embedding =
            new Embedding(SPACE, version, id, encoder.vector(i), now - 5_000, now);
        send(producer, Topic.EMBEDDINGS, id, EmbeddingCodec.write(embedding));
      }
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "linger.ms", "20",
            "batch.size", "262144"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, Topic topic, String key, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic.in(NAMESPACE), key.getBytes(StandardCharsets.UTF_8), value),
            (metadata, refusal) -> {
              if (refusal != null) {
                throw new IllegalStateException("a record was not taken", refusal);
              }
            });
  }

  private KafkaConsumer<byte[], byte[]> results() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition(Topic.EMBEDDING_STABILITY.in(NAMESPACE), 0)));
    return consumer;
  }

  private static @Nullable EmbeddingStability newest(KafkaConsumer<byte[], byte[]> results)
      throws MalformedEvent {
    EmbeddingStability newest = null;
    for (ConsumerRecord<byte[], byte[]> record : results.poll(Duration.ZERO)) {
      newest = EmbeddingStabilityCodec.read(record.value());
    }
    return newest;
  }

  /** Whether it is as far. */
  private interface Reached {
    boolean yet() throws Exception;
  }

  private void await(LocalFlink flink, JobID job, Reached reached) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (long look = 0; !reached.yet(); look++) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the job was not as far after " + PATIENCE.toMinutes() + " minutes");
      }
      if (look % ASKS_EVERY == 0) {
        flink.requireRunning(job);
      }
      TimeUnit.MILLISECONDS.sleep(LOOKS_EVERY_MILLIS);
    }
  }

  @Override
  public void close() {
    broker.close();
    Place.delete(folder);
  }
}
