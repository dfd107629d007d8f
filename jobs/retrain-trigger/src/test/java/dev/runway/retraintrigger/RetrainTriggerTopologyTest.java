package dev.runway.retraintrigger;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.testkit.TopologyContract;
import java.util.Set;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class RetrainTriggerTopologyTest {

  @Test
  void job_keepsTheContractOfTopologies() {
    Options options =
        RetrainTriggerOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers=127.0.0.1:9", "--runway.parallelism=2"
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    RetrainTriggerJob.define(env, options);

    TopologyContract.require(
        "retrain-trigger",
        env,
        Set.of(
            "read-ticks",
            "read-staleness",
            "read-retrains",
            "read-spaces",
            "keep-ticks",
            "watch-fleet"));
  }
}
