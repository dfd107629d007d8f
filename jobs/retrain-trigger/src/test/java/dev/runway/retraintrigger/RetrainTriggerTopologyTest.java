package dev.runway.retraintrigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.testkit.TopologyContract;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SourceTransformation;
import org.junit.jupiter.api.Test;

class RetrainTriggerTopologyTest {

  private static StreamExecutionEnvironment job() {
    Options options =
        RetrainTriggerOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers=127.0.0.1:9", "--runway.parallelism=2"
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    RetrainTriggerJob.define(env, options);
    return env;
  }

  @Test
  void job_keepsTheContractOfTopologies() {
    TopologyContract.require(
        "retrain-trigger",
        job(),
        Set.of("read-ticks", "read-staleness", "read-retrains", "keep-ticks", "watch-fleet"));
  }

  /** Or else a replay would hold in memory what it has read ahead of the ticks. */
  @Test
  void topics_areReadTogether() {
    Map<String, String> groups = new TreeMap<>();
    for (Transformation<?> last : job().getTransformations()) {
      for (Transformation<?> each : last.getTransitivePredecessors()) {
        if (each instanceof SourceTransformation<?, ?, ?> source) {
          groups.put(
              source.getUid(),
              source.getWatermarkStrategy().getAlignmentParameters().getWatermarkGroup());
        }
      }
    }

    assertThat(groups)
        .containsOnlyKeys(
            "read-drift", "read-performance", "read-ticks", "read-staleness", "read-retrains");
    assertThat(groups.values()).containsOnly("trigger");
  }
}
