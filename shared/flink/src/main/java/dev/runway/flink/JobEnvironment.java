package dev.runway.flink;

import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The environment every job runs in. What correctness needs is set here, in code: settings of the
 * cluster do not reach a job that was submitted with another client's configuration.
 */
public final class JobEnvironment {
  /**
   * Key groups of all state, fixed for ever by the first checkpoint. Left to Flink a start with few
   * subtasks would fix 128, and no later one could have more than that.
   */
  static final int MAX_PARALLELISM = 1024;

  /** A full disk for a few intervals must not restart the job; see the alert on checkpoint age. */
  private static final int TOLERABLE_FAILURES = 10;

  /** A minute: enough for a TaskManager or a broker that comes back. */
  private static final int BATCH_RESTARTS = 6;

  private static final Duration BATCH_RESTART_DELAY = Duration.ofSeconds(10);

  private JobEnvironment() {}

  /**
   * Makes the environment.
   *
   * @throws IllegalStateException if this JVM does not run in UTC
   */
  public static StreamExecutionEnvironment create(Options options) {
    requireUtc();
    Duration interval = options.get(CommonOptions.CHECKPOINT_INTERVAL);
    StreamExecutionEnvironment env = environment(checkpointed(interval), options);
    env.enableCheckpointing(interval.toMillis(), CheckpointingMode.EXACTLY_ONCE);
    requireCheckpointing(env);
    return env;
  }

  /**
   * Makes the environment of a run over bounded input. There are no checkpoints: what fails is
   * computed again, and what such a run writes must bear being written twice.
   *
   * @throws IllegalStateException if this JVM does not run in UTC
   */
  public static StreamExecutionEnvironment createBatch(Options options) {
    requireUtc();
    Configuration settings = settings();
    settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    // A stream is tried for ever; a run that somebody waits for ends and says why.
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, BATCH_RESTARTS);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, BATCH_RESTART_DELAY);
    return environment(settings, options);
  }

  private static StreamExecutionEnvironment environment(Configuration settings, Options options) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    env.setMaxParallelism(MAX_PARALLELISM);
    Integer parallelism = options.find(CommonOptions.PARALLELISM);
    if (parallelism != null) {
      env.setParallelism(parallelism);
    }
    return env;
  }

  /**
   * Refuses to go on without checkpoints: a job without them runs, looks well, and after each
   * restart reads everything again into empty state.
   *
   * @throws IllegalStateException if checkpointing is off
   */
  public static void requireCheckpointing(StreamExecutionEnvironment env) {
    if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
      throw new IllegalStateException(
          "checkpointing is off, so a restart would lose all state: make the environment with"
              + " JobEnvironment.create and set "
              + CommonOptions.CHECKPOINT_INTERVAL.name());
    }
  }

  /**
   * Refuses to go on in another time zone: drivers and formatters ask the JVM for it.
   *
   * @throws IllegalStateException if this JVM does not run in UTC
   */
  public static void requireUtc() {
    requireUtc(ZoneId.systemDefault());
  }

  static void requireUtc(ZoneId zone) {
    if (!zone.normalized().equals(ZoneOffset.UTC)) {
      throw new IllegalStateException(
          "this JVM runs in "
              + zone
              + ", and Runway runs in UTC: start it with -Duser.timezone=UTC");
    }
  }

  private static Configuration settings() {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    return settings;
  }

  private static Configuration checkpointed(Duration interval) {
    Configuration settings = settings();
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    settings.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    // A barrier that overtook rows would say of an archive that it has them already.
    settings.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
    settings.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, TOLERABLE_FAILURES);
    settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    settings.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    return settings;
  }
}
