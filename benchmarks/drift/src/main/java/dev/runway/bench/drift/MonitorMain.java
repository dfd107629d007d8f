package dev.runway.bench.drift;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.driftmonitor.BenchmarkedDrift;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;

/**
 * A process with the job as it is, in a Flink of its own. It says twice a second on standard output
 * how far the job is, until it is killed.
 */
public final class MonitorMain {
  static final String NO_CHECKPOINT = "none";

  private static final String SOURCE = "Source: read-predictions";
  private static final int SAYS_EVERY_MILLIS = 500;

  /** Asking a job how it is costs. */
  private static final int ASKS_EVERY = 10;

  private static final int SLOTS = 2;

  /**
   * How far the job is.
   *
   * @param atMillis when
   * @param read predictions that were taken in since this process started
   * @param pending records that wait in the topic
   * @param ageMillis of the newest prediction when it was taken in; -1 unknown
   * @param checkpointMillis how long the last checkpoint took; -1 without
   * @param checkpointBytes all that it holds
   */
  record Status(
      @JsonProperty("at") long atMillis,
      @JsonProperty("read") long read,
      @JsonProperty("pending") long pending,
      @JsonProperty("age") long ageMillis,
      @JsonProperty("dead") long dead,
      @JsonProperty("late") long late,
      @JsonProperty("cpu") long cpuNanos,
      @JsonProperty("allocated") long allocatedBytes,
      @JsonProperty("checkpoint_millis") long checkpointMillis,
      @JsonProperty("checkpoint_bytes") long checkpointBytes) {}

  private MonitorMain() {}

  /**
   * Runs until it is killed.
   *
   * @param args folder, checkpoint to begin with or {@value #NO_CHECKPOINT}, then the job's options
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
    LocalFlink flink = LocalFlink.start(Path.of(args[0]), SLOTS);
    Map<String, String> settings =
        args[1].equals(NO_CHECKPOINT)
            // More than one, so that the next does not delete the one that is gone back to.
            ? Map.of("execution.checkpointing.num-retained", "2")
            : Map.of("execution.state-recovery.path", args[1]);
    List<String> options = List.of(args).subList(2, args.length);
    JobID job = flink.submit(BenchmarkedDrift.job(options.toArray(String[]::new)), settings);
    flink.awaitRunning(job);
    ObjectMapper json = new ObjectMapper();
    for (long says = 1; true; says++) {
      TimeUnit.MILLISECONDS.sleep(SAYS_EVERY_MILLIS);
      if (says % ASKS_EVERY == 0) {
        flink.requireRunning(job);
      }
      System.out.println(json.writeValueAsString(status()));
    }
  }

  private static Status status() {
    Meter meter = Meter.now();
    return new Status(
        System.currentTimeMillis(),
        FlinkMetrics.recordsIn("count prediction"),
        FlinkMetrics.sumOfGauges(SOURCE, "pendingRecords"),
        FlinkMetrics.greatest(SOURCE, "currentEmitEventTimeLag"),
        FlinkMetrics.sum("count prediction", "dead"),
        FlinkMetrics.sum("merge tiles", "late"),
        meter.cpuNanos(),
        meter.allocatedBytes(),
        FlinkMetrics.ofJob("lastCheckpointDuration"),
        FlinkMetrics.ofJob("lastCheckpointFullSize"));
  }
}
