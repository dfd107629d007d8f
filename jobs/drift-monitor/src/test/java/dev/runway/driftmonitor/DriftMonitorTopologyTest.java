package dev.runway.driftmonitor;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.testkit.TopologyContract;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class DriftMonitorTopologyTest {

  @Test
  void job_keepsTheContractOfTopologies() {
    Options options =
        DriftMonitorOptions.from(new String[] {"--runway.kafka.bootstrap-servers=127.0.0.1:9"});
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    DriftMonitorJob.define(env, options);

    TopologyContract.require("drift-monitor", env);
  }
}
