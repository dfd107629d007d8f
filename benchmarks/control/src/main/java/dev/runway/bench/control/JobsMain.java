package dev.runway.bench.control;

import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.driftmonitor.BenchmarkedDrift;
import dev.runway.groundtruth.BenchmarkedJoin;
import dev.runway.retraintrigger.BenchmarkedTrigger;
import dev.runway.tables.BenchmarkedTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A process with the jobs as they are, in a Flink of its own. */
final class JobsMain {
  static final String RUNNING = "running";

  /** Begins a line that tells up to which offset retrain-trigger has read the models' topic. */
  static final String MODELS_READ_TO = "models-read-to ";

  private static final int SLOTS = 4;
  private static final long LOOKS_EVERY_SECONDS = 5;
  private static final long TELLS_EVERY_MILLIS = 20;

  private JobsMain() {}

  /**
   * Starts them, says so, and goes on until it is ended or one of them has failed.
   *
   * @param args brokers, a folder for Flink, the database and the file with its writer's password;
   *     behind them further options of retrain-trigger
   */
  public static void main(String[] args) {
    try {
      List<String> trigger = List.of(args).subList(4, args.length);
      run(args[0], Path.of(args[1]), args[2], args[3], trigger);
    } catch (Exception e) {
      e.printStackTrace();
      // Flink's threads would keep a failed process, and whoever waits for it.
      System.exit(1);
    }
  }

  private static void run(
      String brokers, Path folder, String database, String passwordFile, List<String> further)
      throws Exception {
    List<String> common =
        List.of(
            "--runway.kafka.bootstrap-servers",
            brokers,
            "--runway.namespace",
            Api.NAMESPACE,
            "--runway.parallelism",
            "1");
    List<String> tables = new ArrayList<>(common);
    tables.addAll(
        List.of(
            "--runway.postgres.url", database, "--runway.postgres.password-file", passwordFile));
    List<String> trigger = new ArrayList<>(common);
    trigger.addAll(further);
    LocalFlink flink = LocalFlink.start(folder, SLOTS);
    List<JobID> jobs = new ArrayList<>();
    for (StreamExecutionEnvironment job :
        List.of(
            BenchmarkedJoin.job(common.toArray(String[]::new)),
            BenchmarkedDrift.job(common.toArray(String[]::new)),
            BenchmarkedTrigger.job(trigger.toArray(String[]::new)),
            BenchmarkedTables.job(tables.toArray(String[]::new)))) {
      jobs.add(flink.submit(job, Map.of()));
    }
    for (JobID job : jobs) {
      flink.awaitRunning(job);
    }
    System.out.println(RUNNING);
    long told = -1;
    long looked = System.nanoTime();
    while (true) {
      TimeUnit.MILLISECONDS.sleep(TELLS_EVERY_MILLIS);
      long readTo = modelsReadTo();
      if (readTo != told) {
        System.out.println(MODELS_READ_TO + readTo);
        told = readTo;
      }
      if (System.nanoTime() - looked > TimeUnit.SECONDS.toNanos(LOOKS_EVERY_SECONDS)) {
        for (JobID job : jobs) {
          flink.requireRunning(job);
        }
        looked = System.nanoTime();
      }
    }
  }

  /** Both operators of retrain-trigger that read documents have read them so far. */
  private static long modelsReadTo() {
    return Math.min(
        FlinkMetrics.least("judge models", "models-read-to"),
        FlinkMetrics.least("watch fleet", "models-read-to"));
  }
}
