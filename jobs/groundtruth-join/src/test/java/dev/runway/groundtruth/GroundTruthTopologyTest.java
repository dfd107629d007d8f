package dev.runway.groundtruth;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.groundtruth.archive.Coverage;
import dev.runway.testkit.TopologyContract;
import java.util.List;
import java.util.Set;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class GroundTruthTopologyTest {

  @Test
  void job_keepsTheContractOfTopologies() {
    Options options =
        GroundTruthOptions.from(new String[] {"--runway.kafka.bootstrap-servers=127.0.0.1:9"});
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    GroundTruthJob.define(env, options, false);

    TopologyContract.require("groundtruth-join", env);
  }

  @Test
  void jobWithArchive_keepsTheContractOfTopologies() {
    Options options =
        GroundTruthOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers=127.0.0.1:9",
              "--runway.archive.folder=file:///nowhere/archive"
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    GroundTruthJob.define(env, options, false);

    TopologyContract.require("groundtruth-join-archive", env, Set.of("archive-coverage"));
  }

  @Test
  void batch_keepsTheContractOfTopologies() {
    Options options =
        GroundTruthOptions.from(
            new String[] {
              "--mode=batch",
              "--day=2026-11-25",
              "--runway.kafka.bootstrap-servers=127.0.0.1:9",
              "--runway.archive.folder=file:///nowhere/archive"
            });
    StreamExecutionEnvironment env = JobEnvironment.createBatch(options);
    GroundTruthJob.defineBatch(env, options, Coverage.of(List.of()));

    TopologyContract.require("groundtruth-join-batch", env);
  }
}
