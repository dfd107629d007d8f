package dev.runway.bench;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;

/**
 * Kafka Streams' windowed join of the same events, from a real broker and back to it, with RocksDB
 * stores and their changelogs, which are to it what checkpoints are to Flink. It pairs, and does no
 * more: no duplicates told from conflicts, no corrections, no final verdicts, no windows of
 * metrics. Codecs and the joined record are ours. It is compared with the full path of ours, which
 * works between the same brokers.
 */
final class StreamsPeer {
  private static final String NAMESPACE = FullPath.NAMESPACE;
  private static final String PREDICTIONS = NAMESPACE + "." + Workload.PREDICTIONS;
  private static final String OUTCOMES = NAMESPACE + "." + Workload.OUTCOMES;
  private static final String JOINED = NAMESPACE + ".joined";
  private static final int PARTITIONS = 4;
  private static final int THREADS = 2;

  /** More than events are out of order; partitions are read in order of time. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final LongAdder read = new LongAdder();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Workload workload;

  private StreamsPeer(Workload workload) {
    this.workload = workload;
  }

  static Row run(Workload workload, long measuredSteps) throws Exception {
    Path folder = Place.temporaryFolder();
    try (Broker broker = Broker.start(folder)) {
      return new StreamsPeer(workload).measure(broker, folder, measuredSteps);
    } finally {
      Place.delete(folder);
    }
  }

  private Row measure(Broker broker, Path folder, long measuredSteps) throws Exception {
    broker.createTopics(List.of(topic(PREDICTIONS), topic(OUTCOMES), topic(JOINED)));
    long from = workload.warmUp();
    long to = from + measuredSteps;
    FeederMain.send(broker, NAMESPACE, workload, 0, to);
    Path state = folder.resolve("state");
    Row row;
    try (KafkaStreams streams = new KafkaStreams(topology(), settings(broker, state))) {
      streams.setUncaughtExceptionHandler(
          thrown -> {
            failure.set(thrown);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
      awaitRead(workload.events(0, from));
      long before = read.sum();
      long joinedBefore = broker.records(JOINED, PARTITIONS);
      Meter meter = Meter.now();
      Duration brokerBefore = broker.cpu();
      awaitRead(workload.events(0, to));
      long events = read.sum() - before;
      row = meter.row("Kafka Streams join", "peer", workload.open(), events);
      long brokerNanos = broker.cpu().minus(brokerBefore).toNanos();
      long joined = broker.records(JOINED, PARTITIONS) - joinedBefore;
      row =
          row.with("events_per_second", 1e9 / row.wallNanosPerEvent())
              .with("cores", row.cpuNanosPerEvent() / row.wallNanosPerEvent())
              .with("joined_per_event", (double) joined / events)
              .with("broker_cpu_ns_per_event", (double) brokerNanos / events);
    }
    // Closed, so that all is in its files.
    return row.withState((double) Place.bytes(state) / workload.open());
  }

  private Topology topology() {
    Serde<byte[]> bytes = Serdes.ByteArray();
    String model = workload.document().modelId();
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], byte[]> predictions =
        builder.stream(PREDICTIONS, Consumed.with(bytes, bytes))
            .mapValues(
                json -> {
                  read.increment();
                  return StreamsHalf.ofPrediction(json);
                });
    KStream<byte[], byte[]> outcomes =
        builder.stream(OUTCOMES, Consumed.with(bytes, bytes))
            .mapValues(
                json -> {
                  read.increment();
                  return StreamsHalf.ofOutcome(json);
                });
    predictions
        .join(
            outcomes,
            (key, prediction, outcome) -> StreamsHalf.joined(model, key, prediction, outcome),
            JoinWindows.ofTimeDifferenceAndGrace(Duration.ZERO, GRACE).after(workload.horizon()),
            StreamJoined.with(bytes, bytes, bytes))
        .to(JOINED, Produced.with(bytes, bytes));
    return builder.build();
  }

  private static Properties settings(Broker broker, Path state) {
    Properties settings = new Properties();
    settings.put("application.id", "bench-join");
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("state.dir", state.toString());
    settings.put("num.stream.threads", Integer.toString(THREADS));
    settings.put("replication.factor", "1");
    settings.put("auto.offset.reset", "earliest");
    settings.put("producer.compression.type", "lz4");
    return settings;
  }

  /** Records keep the event's time, and however old that is, they stay. */
  private static NewTopic topic(String name) {
    return new NewTopic(name, PARTITIONS, (short) 1)
        .configs(Map.of("message.timestamp.type", "CreateTime", "retention.ms", "-1"));
  }

  private void awaitRead(long events) throws InterruptedException {
    while (read.sum() < events) {
      Throwable failed = failure.get();
      if (failed != null) {
        throw new IllegalStateException("Kafka Streams failed", failed);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
