package dev.runway.bench;

import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.flink.RawEvent;
import dev.runway.groundtruth.BenchmarkedJoin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

  /** Asking a job how it is costs: every 20 ms it was a fifth of all allocation. */
  private static final Duration ASKS_EVERY = Duration.ofSeconds(2);

  private final Workload workload;
  private final long measuredSteps;

  FlinkRun(Workload workload, long measuredSteps) {
    this.workload = workload;
    this.measuredSteps = measuredSteps;
  }

  /** A topology behind the two halves of a workload. */
  @SuppressWarnings("deprecation") // See Traffic.
  static void define(StreamExecutionEnvironment env, Workload workload, Topology topology) {
    SingleOutputStreamOperator<RawEvent> events =
        env.addSource(new Traffic(workload), "traffic", RawEvent.TYPE).uid("traffic");
    topology.define(
        events.filter(event -> event.topic().equals(Workload.PREDICTIONS)).uid("predictions"),
        events.filter(event -> event.topic().equals(Workload.OUTCOMES)).uid("outcomes"));
  }

  /** Measures; one at a time in a JVM. */
  Row run(String name, String kind, Topology topology) throws Exception {
    Path folder = Files.createTempDirectory("runway-bench-");
    Traffic.reset();
    try {
      StreamExecutionEnvironment env =
          StreamExecutionEnvironment.getExecutionEnvironment(LocalFlink.settings(folder, 1));
      define(env, workload, topology);
      JobClient job = env.executeAsync(name);
      try {
        return measured(name, kind, job, folder);
      } finally {
        job.cancel().get(2, TimeUnit.MINUTES);
      }
    } finally {
      Place.delete(folder);
    }
  }

  private Row measured(String name, String kind, JobClient job, Path folder) throws Exception {
    long from = workload.warmUp();
    Traffic.allow(from);
    awaitSteps(from, job);
    BenchmarkedJoin.JOINED.reset();
    Meter meter = Meter.now();
    long before = Traffic.EVENTS.get();
    Traffic.allow(from + measuredSteps);
    awaitSteps(from + measuredSteps, job);
    long events = Traffic.EVENTS.get() - before;
    Row row = meter.row(name, kind, workload.open(), events);
    if (BenchmarkedJoin.JOINED.sum() > 0) {
      row = row.with("joined_per_event", BenchmarkedJoin.JOINED.doubleValue() / events);
    }
    if (BenchmarkedJoin.DEAD.sum() > 0) {
      throw new IllegalStateException(BenchmarkedJoin.DEAD + " events were refused");
    }
    return row.withState((double) stateBytes(job, folder) / workload.open());
  }

  private static void awaitSteps(long steps, JobClient job) throws Exception {
    while (Traffic.STEPS.get() < steps) {
      if (job.getJobStatus().get().isTerminalState()) {
        job.getJobExecutionResult().get();
        throw new IllegalStateException("the job has ended");
      }
      Traffic.awaitProgress(ASKS_EVERY);
    }
  }

  private static long stateBytes(JobClient job, Path folder) throws Exception {
    Path savepoints = Files.createDirectory(folder.resolve("savepoints"));
    job.triggerSavepoint(savepoints.toUri().toString(), SavepointFormatType.NATIVE)
        .get(10, TimeUnit.MINUTES);
    return Place.bytes(savepoints);
  }
}
