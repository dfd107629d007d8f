package dev.runway.testkit;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A Flink cluster inside the test JVM: two TaskManagers with two slots each, RocksDB.
 *
 * <pre>{@code
 * @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();
 * }</pre>
 *
 * <p>Test methods may take the parameters of {@link MiniClusterExtension}, such as
 * {@code @InjectClusterClient ClusterClient<?>}.
 */
public final class FlinkCluster
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {

  /** Slots of the whole cluster, and the parallelism of {@link #environment}. */
  public static final int SLOTS = 4;

  private static final int TASK_MANAGERS = 2;

  private final MiniClusterExtension cluster;

  public FlinkCluster() {
    this(new Configuration());
  }

  /** Same with further settings of the cluster, such as a reporter of its metrics; they win. */
  public FlinkCluster(Configuration settings) {
    Configuration all = strict();
    all.addAll(settings);
    cluster =
        new MiniClusterExtension(
            new MiniClusterResourceConfiguration.Builder()
                .setConfiguration(all)
                .setNumberTaskManagers(TASK_MANAGERS)
                .setNumberSlotsPerTaskManager(SLOTS / TASK_MANAGERS)
                .build());
  }

  /**
   * A new environment that submits to this cluster, with parallelism {@link #SLOTS}, and refuses
   * operators without uid and types that only Kryo could write. Checkpointing is the job's matter.
   */
  public StreamExecutionEnvironment environment() {
    return environment(new Configuration());
  }

  /** Same with further settings, which win. */
  public StreamExecutionEnvironment environment(Configuration settings) {
    Configuration all = strict();
    all.addAll(settings);
    return StreamExecutionEnvironment.getExecutionEnvironment(all);
  }

  /** The settings every Runway job runs with. */
  private static Configuration strict() {
    Configuration strict = new Configuration();
    strict.set(PipelineOptions.GENERIC_TYPES, false);
    strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    strict.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    strict.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    return strict;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    cluster.beforeAll(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    cluster.beforeEach(context);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    cluster.afterEach(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    cluster.afterAll(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return cluster.supportsParameter(parameter, context);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return cluster.resolveParameter(parameter, context);
  }
}
