package dev.runway.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink of this JVM that several jobs share, and that lets its metrics and checkpoints be read.
 */
final class LocalFlink {
  private static final long PATIENCE_MINUTES = 10;

  private final Configuration settings;
  private final MiniCluster cluster;

  private LocalFlink(Configuration settings, MiniCluster cluster) {
    this.settings = settings;
    this.cluster = cluster;
  }

  static LocalFlink start(Path folder, int slots) throws Exception {
    Configuration settings = FlinkRun.settings(folder);
    FlinkMetrics.SETTINGS.forEach(settings::setString);
    LocalFlink flink =
        new LocalFlink(
            settings,
            new MiniCluster(
                new MiniClusterConfiguration.Builder()
                    .setConfiguration(settings)
                    .setNumTaskManagers(1)
                    .setNumSlotsPerTaskManager(slots)
                    .withRandomPorts()
                    .build()));
    flink.cluster.start();
    return flink;
  }

  /**
   * Starts a job.
   *
   * @param more settings of this job alone
   */
  JobID submit(StreamExecutionEnvironment env, Map<String, String> more) throws Exception {
    Configuration all = new Configuration(settings);
    more.forEach(all::setString);
    env.configure(all);
    return cluster
        .submitJob(env.getStreamGraph().getJobGraph())
        .get(PATIENCE_MINUTES, TimeUnit.MINUTES)
        .getJobID();
  }

  /** Takes a checkpoint now; gives its address. */
  String checkpoint(JobID job) throws Exception {
    return cluster.triggerCheckpoint(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  /**
   * Asks how a job is, which costs: not more often than every few seconds.
   *
   * @throws IllegalStateException if it has failed, even if it was started again since
   */
  void requireRunning(JobID job) throws Exception {
    AccessExecutionGraph graph =
        cluster.getExecutionGraph(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
    ErrorInfo failure = graph.getFailureInfo();
    if (failure != null || graph.getState().isGloballyTerminalState()) {
      throw new IllegalStateException(
          "the job is "
              + graph.getState()
              + (failure == null ? "" : ": " + failure.getExceptionAsString()));
    }
  }

  void cancel(JobID job) throws Exception {
    cluster.cancelJob(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  void stop() throws Exception {
    cluster.closeAsync().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }
}
