package dev.runway.driftmonitor.merge;

import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;

/** What an operator in a harness counts. */
public final class TestingCounters {
  private static final long MANAGED_BYTES = 3L << 20;

  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();

  /** An environment for one harness. */
  public MockEnvironment environment() {
    return environment(1, 1, 0);
  }

  /** An environment for one of several subtasks. */
  MockEnvironment environment(int keyGroups, int parallelism, int subtask) {
    return new MockEnvironmentBuilder()
        .setMaxParallelism(keyGroups)
        .setParallelism(parallelism)
        .setSubtaskIndex(subtask)
        .setManagedMemorySize(MANAGED_BYTES)
        .setMetricGroup(
            new InterceptingTaskMetricGroup() {
              @Override
              public InternalOperatorMetricGroup getOrAddOperator(
                  OperatorID id, String name, Map<String, String> variables) {
                return metrics;
              }
            })
        .build();
  }

  public long count(String counter) {
    return ((Counter) metrics.get(counter)).getCount();
  }
}
