package dev.runway.bench.control;

import dev.runway.bench.harness.LocalFlink;
import dev.runway.driftmonitor.BenchmarkedDrift;
import dev.runway.groundtruth.BenchmarkedJoin;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.JobID;

/** A process with the two jobs that read model documents, as they are, in a Flink of its own. */
final class JobsMain {
  static final String RUNNING = "running";
  private static final int SLOTS = 4;

  private JobsMain() {}

  /**
   * Starts them, says so, and goes on until it is ended.
   *
   * @param args brokers, and a folder for Flink
   */
  public static void main(String[] args) {
    try {
      run(args);
    } catch (Exception e) {
      e.printStackTrace();
      // Flink's threads would keep a failed process, and whoever waits for it.
      System.exit(1);
    }
  }

  private static void run(String[] args) throws Exception {
    String[] options = {
      "--runway.kafka.bootstrap-servers",
      args[0],
      "--runway.namespace",
      Api.NAMESPACE,
      "--runway.parallelism",
      "1"
    };
    LocalFlink flink = LocalFlink.start(Path.of(args[1]), SLOTS);
    JobID join = flink.submit(BenchmarkedJoin.job(options), Map.of());
    JobID drift = flink.submit(BenchmarkedDrift.job(options), Map.of());
    flink.awaitRunning(join);
    flink.awaitRunning(drift);
    System.out.println(RUNNING);
    new CountDownLatch(1).await();
  }
}
