package dev.runway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.groundtruth.BenchmarkedJoin;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The process that {@link Recovery} kills, and the one that takes its place: the join with events
 * made in it, checkpointed as the job is.
 */
public final class RecoveryMain {
  private static final String OPERATOR = "join outcome";

  private final Workload workload;
  private final long measuredSteps;
  private final LocalFlink flink;
  private final ObjectMapper json = new ObjectMapper();

  private RecoveryMain(Workload workload, long measuredSteps, LocalFlink flink) {
    this.workload = workload;
    this.measuredSteps = measuredSteps;
    this.flink = flink;
  }

  /**
   * Runs until killed, or until it has measured.
   *
   * @param args folder, checkpoint to begin with or {@code none}, then as those of {@link CaseMain}
   */
  public static void main(String[] args) {
    int code = 0;
    try {
      run(args);
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    // Flink's threads would keep a failed process, and whoever waits for it.
    System.exit(code);
  }

  private static void run(String[] args) throws Exception {
    Workload workload = Workload.of(Integer.parseInt(args[3]), Long.parseLong(args[5]), args[6]);
    LocalFlink flink = LocalFlink.start(Path.of(args[0]), 1);
    RecoveryMain process = new RecoveryMain(workload, Long.parseLong(args[4]), flink);
    if (args[1].equals("none")) {
      process.runUntilKilled();
    } else {
      process.restore(args[1]);
    }
  }

  private JobID submit(Map<String, String> settings) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    // There is one slot; a local environment would take a subtask for each core.
    env.setParallelism(1);
    env.enableCheckpointing(TimeUnit.SECONDS.toMillis(10));
    FlinkRun.define(
        env,
        workload,
        (predictions, outcomes) ->
            BenchmarkedJoin.define(predictions, outcomes, workload.document()));
    // Traffic never stops: the checkpoint is taken, and the process killed, in the midst of it.
    Traffic.allow(Long.MAX_VALUE);
    return flink.submit(env, settings);
  }

  private void runUntilKilled() throws Exception {
    // More than one, so that the next does not delete it before the kill.
    JobID job = submit(Map.of("execution.checkpointing.num-retained", "3"));
    await(job, workload.warmUp());
    String address = flink.checkpoint(job);
    print(
        new Recovery.Taken(
            address,
            FlinkMetrics.ofJob("lastCheckpointFullSize"),
            FlinkMetrics.ofJob("lastCheckpointSize"),
            FlinkMetrics.ofJob("lastCheckpointDuration")));
    TimeUnit.HOURS.sleep(1);
  }

  private void restore(String checkpoint) throws Exception {
    JobID job = submit(Map.of("execution.state-recovery.path", checkpoint));
    while (FlinkMetrics.recordsIn(OPERATOR) == 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    long sinceStart =
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    await(job, 1);
    long from = Traffic.STEPS.get();
    if (from < workload.warmUp()) {
      throw new IllegalStateException("began at step " + from + ", so nothing was restored");
    }
    Meter meter = Meter.now();
    long before = FlinkMetrics.recordsIn(OPERATOR);
    await(job, from + measuredSteps);
    long events = FlinkMetrics.recordsIn(OPERATOR) - before;
    print(
        meter
            .row(Recovery.NAME, "ours", workload.open(), events)
            .with("restore_seconds", sinceStart / 1e3));
  }

  private void await(JobID job, long steps) throws Exception {
    for (long looks = 1; Traffic.STEPS.get() < steps; looks++) {
      TimeUnit.MILLISECONDS.sleep(50);
      if (looks % 40 == 0) {
        flink.requireRunning(job);
      }
    }
  }

  private void print(Object value) throws Exception {
    System.out.println(json.writeValueAsString(value));
  }
}
