package dev.runway.bench.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink of this JVM that several jobs share, and that lets its metrics and checkpoints be read.
 */
public final class LocalFlink {
  /** As JobEnvironment sets it: it makes each key in RocksDB a byte longer than 128 would. */
  public static final int MAX_PARALLELISM = 1024;

  private static final long PATIENCE_MINUTES = 10;
  private static final long LOOKS_EVERY_MILLIS = 100;

  private final Configuration settings;
  private final MiniCluster cluster;

  private LocalFlink(Configuration settings, MiniCluster cluster) {
    this.settings = settings;
    this.cluster = cluster;
  }

  /**
   * Starts it.
   *
   * @param folder for all its files
   */
  public static LocalFlink start(Path folder, int slots) throws Exception {
    Configuration settings = settings(folder, slots);
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
  public JobID submit(StreamExecutionEnvironment env, Map<String, String> more) throws Exception {
    Configuration all = new Configuration(settings);
    more.forEach(all::setString);
    env.configure(all);
    return cluster
        .submitJob(env.getStreamGraph().getJobGraph())
        .get(PATIENCE_MINUTES, TimeUnit.MINUTES)
        .getJobID();
  }

  /** Waits until every task of a job has opened its operators and takes records. */
  public void awaitRunning(JobID job) throws Exception {
    while (true) {
      AccessExecutionGraph graph =
          cluster.getExecutionGraph(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
      requireRunning(graph);
      // A job that has just been submitted has no tasks yet.
      boolean any = false;
      boolean all = true;
      for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
        any = true;
        all &= task.getExecutionState() == ExecutionState.RUNNING;
      }
      if (any && all) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(LOOKS_EVERY_MILLIS);
    }
  }

  /** Takes a checkpoint now; gives its address. */
  public String checkpoint(JobID job) throws Exception {
    return cluster.triggerCheckpoint(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  /**
   * Takes a savepoint in the format of no backend: each entry of state once, without what RocksDB
   * has not yet compacted away.
   *
   * @return its bytes
   */
  public long savepointBytes(JobID job, Path folder) throws Exception {
    cluster
        .triggerSavepoint(job, folder.toUri().toString(), false, SavepointFormatType.CANONICAL)
        .get(PATIENCE_MINUTES, TimeUnit.MINUTES);
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /**
   * Asks how a job is, which costs: not more often than every few seconds.
   *
   * @throws IllegalStateException if it has failed, even if it was started again since
   */
  public void requireRunning(JobID job) throws Exception {
    requireRunning(cluster.getExecutionGraph(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES));
  }

  private static void requireRunning(AccessExecutionGraph graph) {
    ErrorInfo failure = graph.getFailureInfo();
    if (failure != null || graph.getState().isGloballyTerminalState()) {
      throw new IllegalStateException(
          "the job is "
              + graph.getState()
              + (failure == null ? "" : ": " + failure.getExceptionAsString()));
    }
  }

  /** Ends a job. */
  public void cancel(JobID job) throws Exception {
    cluster.cancelJob(job).get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  /** Ends it with all its jobs. */
  public void stop() throws Exception {
    cluster.closeAsync().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  /** Settings of a Flink whose state is in RocksDB, all of its files in a folder. */
  public static Configuration settings(Path folder, int slots) {
    Configuration settings = new Configuration();
    settings.setString("parallelism.default", "1");
    settings.setString("pipeline.max-parallelism", Integer.toString(MAX_PARALLELISM));
    settings.setString("pipeline.object-reuse", "true");
    settings.setString("state.backend.type", "rocksdb");
    settings.setString("state.backend.rocksdb.use-bloom-filter", "true");
    settings.setString("state.backend.rocksdb.localdir", folder.resolve("rocksdb").toString());
    settings.setString("execution.checkpointing.incremental", "true");
    settings.setString(
        "execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    settings.setString("io.tmp.dirs", folder.toString());
    settings.setString("taskmanager.memory.managed.size", "512m");
    settings.setString("taskmanager.numberOfTaskSlots", Integer.toString(slots));
    settings.setString("rest.bind-address", "127.0.0.1");
    settings.setString("rest.bind-port", "0");
    return settings;
  }
}
