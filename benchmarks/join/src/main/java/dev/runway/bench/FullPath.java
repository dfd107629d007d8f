package dev.runway.bench;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.groundtruth.BenchmarkedJoin;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Topic;
import dev.runway.sql.RolePasswords;
import dev.runway.tables.BenchmarkedTables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Both jobs as they are, in a Flink of this JVM, from Kafka to Kafka and PostgreSQL, which run
 * beside them on the same machine. First they catch up with what lies in the topics, measured where
 * the join takes it in; then they follow traffic of {@link #STEADY} predictions a second. Processor
 * time is that of this process: Flink with both jobs; that of broker and database is told beside
 * it.
 */
final class FullPath {
  static final String NAMESPACE = "bench";

  /** One in a hundred of 10 billion predictions a day. */
  private static final long STEADY = 1_200;

  private static final int PARALLELISM = 2;
  private static final int SLOTS = 2 * PARALLELISM;
  private static final Duration LOOKS_EVERY = Duration.ofMillis(100);

  private final Workload workload;
  private final Broker broker;
  private final Database database;
  private final LocalFlink flink;

  private FullPath(Workload workload, Broker broker, Database database, LocalFlink flink) {
    this.workload = workload;
    this.broker = broker;
    this.database = database;
    this.flink = flink;
  }

  /**
   * Measures.
   *
   * @param steadySeconds how long the steady traffic is measured
   */
  static List<Row> run(Workload workload, long measuredSteps, int steadySeconds) throws Exception {
    Path folder = Place.temporaryFolder();
    try (Broker broker = Broker.start(folder);
        Database database = Database.start(folder)) {
      LocalFlink flink = LocalFlink.start(folder, SLOTS);
      try {
        return new FullPath(workload, broker, database, flink)
            .measure(measuredSteps, steadySeconds);
      } finally {
        flink.stop();
      }
    } finally {
      Place.delete(folder);
    }
  }

  private List<Row> measure(long measuredSteps, int steadySeconds) throws Exception {
    broker.createTopics(Broker.topics(NAMESPACE));
    declareModel();
    long from = workload.warmUp();
    long to = from + measuredSteps;
    FeederMain.send(broker, NAMESPACE, workload, 0, to);

    JobID join = flink.submit(BenchmarkedJoin.job(joinOptions()), Map.of());
    JobID tables = flink.submit(BenchmarkedTables.job(tablesOptions()), Map.of());
    Row catchingUp = catchingUp(from, to, List.of(join, tables));
    Row steady = steady(to, steadySeconds, List.of(join, tables));
    requireResults();
    for (JobID job : List.of(join, tables)) {
      flink.cancel(job);
    }
    return List.of(catchingUp, steady);
  }

  private Row catchingUp(long from, long to, List<JobID> jobs) throws Exception {
    awaitRead(workload.events(0, from), jobs);
    long before = read();
    Meter meter = Meter.now();
    Duration brokerBefore = broker.cpu();
    Duration databaseBefore = database.cpu();
    awaitRead(workload.events(0, to), jobs);
    long events = read() - before;
    Row row = meter.row("full path, taking in what waits", "ours", workload.open(), events);
    return row.with("events_per_second", 1e9 / row.wallNanosPerEvent())
        .with("cores", row.cpuNanosPerEvent() / row.wallNanosPerEvent())
        .with("broker_cpu_ns_per_event", nanosPer(events, brokerBefore, broker.cpu()))
        .with("database_cpu_ns_per_event", nanosPer(events, databaseBefore, database.cpu()));
  }

  private Row steady(long from, int seconds, List<JobID> jobs) throws Exception {
    // A job runs for months: what the JIT compiler spends in its first minutes is not its cost.
    int warmUp = Math.max(1, seconds * 2);
    Process feeder =
        FeederMain.start(
            broker, NAMESPACE, workload, from, from + (2L * seconds + warmUp) * STEADY, STEADY);
    try {
      awaitRead(workload.events(0, from + warmUp * STEADY), jobs);
      long before = read();
      long truthsBefore = truths();
      Meter meter = Meter.now();
      Duration brokerBefore = broker.cpu();
      Duration databaseBefore = database.cpu();
      TimeUnit.SECONDS.sleep(seconds);
      long events = read() - before;
      Row row = meter.row("full path, " + STEADY + "/s", "ours", workload.open(), events);
      for (JobID job : jobs) {
        flink.requireRunning(job);
      }
      return row.with("events_per_second", 1e9 / row.wallNanosPerEvent())
          .with("groundtruth_records_per_second", (double) (truths() - truthsBefore) / seconds)
          .with("cores", row.cpuNanosPerEvent() / row.wallNanosPerEvent())
          .with("broker_cpu_ns_per_event", nanosPer(events, brokerBefore, broker.cpu()))
          .with("database_cpu_ns_per_event", nanosPer(events, databaseBefore, database.cpu()));
    } finally {
      feeder.destroyForcibly();
    }
  }

  private static double nanosPer(long events, Duration before, Duration after) {
    return (double) after.minus(before).toNanos() / events;
  }

  /** A path that leads nowhere would be fast. */
  private void requireResults() throws Exception {
    long rows = 0;
    // The first are shown ten seconds after the first event, which a tiny run does not last.
    for (int looks = 0; rows == 0 && looks < 60; looks++) {
      TimeUnit.SECONDS.sleep(looks == 0 ? 0 : 1);
      rows = database.number("SELECT count(*) FROM runway.v_performance");
    }
    long joined = truths();
    long dead = broker.records(Topic.DEAD_LETTERS.in(NAMESPACE), Topic.DEAD_LETTERS.partitions());
    // Each prediction has a record of its label or of its end.
    if (rows == 0 || dead > 0 || joined < read() / 3) {
      throw new IllegalStateException(
          "%d rows in v_performance, %d dead letters, %d ground truths of %d events"
              .formatted(rows, dead, joined, read()));
    }
  }

  private long truths() throws Exception {
    return broker.records(Topic.GROUNDTRUTH.in(NAMESPACE), Topic.GROUNDTRUTH.partitions());
  }

  private static long read() {
    return FlinkMetrics.recordsIn("admit prediction") + FlinkMetrics.recordsIn("admit outcome");
  }

  private void awaitRead(long events, List<JobID> jobs) throws Exception {
    for (long looks = 1; read() < events; looks++) {
      TimeUnit.MILLISECONDS.sleep(LOOKS_EVERY.toMillis());
      if (looks % 20 == 0) {
        for (JobID job : jobs) {
          flink.requireRunning(job);
        }
      }
    }
  }

  private void declareModel() throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    byte[] document = ModelDocumentCodec.write(workload.document());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.MODELS.in(NAMESPACE),
                  workload.document().modelId().getBytes(StandardCharsets.US_ASCII),
                  document))
          .get(1, TimeUnit.MINUTES);
    }
  }

  private String[] joinOptions() {
    return new String[] {
      "--runway.kafka.bootstrap-servers",
      broker.bootstrapServers(),
      "--runway.namespace",
      NAMESPACE,
      "--runway.parallelism",
      Integer.toString(PARALLELISM),
      "--runway.events.earliest",
      "1980-01-01T00:00:00Z",
      "--runway.events.out-of-orderness",
      "PT1S",
      "--runway.groundtruth.orphan-wait",
      "PT1S",
      "--runway.groundtruth.late-memory",
      BenchmarkedJoin.lateMemory(workload.document()).toString()
    };
  }

  private String[] tablesOptions() {
    return new String[] {
      "--runway.kafka.bootstrap-servers", broker.bootstrapServers(),
      "--runway.namespace", NAMESPACE,
      "--runway.parallelism", "1",
      "--runway.postgres.url", database.jdbcUrl(),
      "--runway.postgres.password-file", database.passwordFile(RolePasswords.WRITER).toString()
    };
  }
}
