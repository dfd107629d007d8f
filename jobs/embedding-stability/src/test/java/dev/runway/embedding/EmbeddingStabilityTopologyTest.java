package dev.runway.embedding;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.testkit.TopologyContract;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class EmbeddingStabilityTopologyTest {

  @Test
  void job_keepsTheContractOfTopologies() {
    Options options =
        EmbeddingStabilityOptions.from(
            new String[] {"--runway.kafka.bootstrap-servers=127.0.0.1:9"});
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    EmbeddingStabilityJob.define(env, options);

    TopologyContract.require("embedding-stability", env);
  }
}
