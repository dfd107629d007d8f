package dev.runway.bench;

import dev.runway.flink.RawEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs one topology on a local Flink with RocksDB state: fills the state until as many predictions
 * wait as the workload says, then measures the same traffic going on.
 */
final class FlinkRun {
  /** Part of a topology behind the two streams of events. */
  interface Topology {
    void define(DataStream<RawEvent> predictions, DataStream<RawEvent> outcomes);
  }

  private final Workload workload;
  private final long measuredSteps;

  FlinkRun(Workload workload, long measuredSteps) {
    this.workload = workload;
    this.measuredSteps = measuredSteps;
  }

  /** Measures; one at a time in a JVM. */
  @SuppressWarnings("deprecation") // See Traffic.
  Row run(String name, String kind, Topology topology) throws Exception {
    Path folder = Files.createTempDirectory("runway-bench-");
    Traffic.reset();
    try {
      StreamExecutionEnvironment env =
          StreamExecutionEnvironment.getExecutionEnvironment(settings(folder));
      SingleOutputStreamOperator<RawEvent> events =
          env.addSource(new Traffic(workload), "traffic", RawEvent.TYPE).uid("traffic");
      topology.define(
          events.filter(event -> event.topic().equals(Workload.PREDICTIONS)).uid("predictions"),
          events.filter(event -> event.topic().equals(Workload.OUTCOMES)).uid("outcomes"));
      JobClient job = env.executeAsync(name);
      try {
        return measured(name, kind, job, folder);
      } finally {
        job.cancel().get(2, TimeUnit.MINUTES);
      }
    } finally {
      delete(folder);
    }
  }

  private Row measured(String name, String kind, JobClient job, Path folder) throws Exception {
    // Two horizons and a half: from then on as many predictions are let go as come.
    long from = workload.open() * 5L / 2;
    Traffic.allow(from);
    awaitSteps(from, job);
    Meter meter = Meter.now();
    long before = Traffic.EVENTS.get();
    Traffic.allow(from + measuredSteps);
    awaitSteps(from + measuredSteps, job);
    Row row = meter.row(name, kind, workload.open(), Traffic.EVENTS.get() - before);
    return row.withState((double) stateBytes(job, folder) / workload.open());
  }

  private static void awaitSteps(long steps, JobClient job) throws Exception {
    while (Traffic.STEPS.get() < steps) {
      if (job.getJobStatus().get().isTerminalState()) {
        job.getJobExecutionResult().get();
        throw new IllegalStateException("the job has ended");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static long stateBytes(JobClient job, Path folder) throws Exception {
    Path savepoints = Files.createDirectory(folder.resolve("savepoints"));
    job.triggerSavepoint(savepoints.toUri().toString(), SavepointFormatType.NATIVE)
        .get(10, TimeUnit.MINUTES);
    try (Stream<Path> files = Files.walk(savepoints)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static Configuration settings(Path folder) {
    Configuration settings = new Configuration();
    settings.setString("parallelism.default", "1");
    settings.setString("pipeline.object-reuse", "true");
    settings.setString("state.backend.type", "rocksdb");
    settings.setString("state.backend.rocksdb.use-bloom-filter", "true");
    settings.setString("state.backend.rocksdb.localdir", folder.resolve("rocksdb").toString());
    settings.setString("execution.checkpointing.incremental", "true");
    settings.setString(
        "execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    settings.setString("io.tmp.dirs", folder.toString());
    settings.setString("taskmanager.memory.managed.size", "512m");
    settings.setString("taskmanager.numberOfTaskSlots", "1");
    settings.setString("rest.bind-address", "127.0.0.1");
    settings.setString("rest.bind-port", "0");
    return settings;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
