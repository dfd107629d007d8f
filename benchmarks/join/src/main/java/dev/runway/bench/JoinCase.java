package dev.runway.bench;

import dev.runway.groundtruth.BenchmarkedJoin;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** What is measured, each in a JVM of its own. */
enum JoinCase {
  /** The job's topology from bytes to readings. */
  OURS("groundtruth-join", "ours") {
    @Override
    Row run(Workload workload, long measuredSteps) throws Exception {
      return flink(workload, measuredSteps)
          .run(
              title,
              kind,
              (predictions, outcomes) ->
                  BenchmarkedJoin.define(predictions, outcomes, workload.document()));
    }
  },
  INTERVAL_JOIN("DataStream intervalJoin", "peer") {
    @Override
    Row run(Workload workload, long measuredSteps) throws Exception {
      return flink(workload, measuredSteps).run(title, kind, new IntervalJoinPeer(workload));
    }
  },
  SQL("Flink SQL interval join", "peer") {
    @Override
    Row run(Workload workload, long measuredSteps) throws Exception {
      return flink(workload, measuredSteps).run(title, kind, new SqlPeer(workload));
    }
  },
  ROCKSDB("RocksDB put, get, delete", "limit") {
    @Override
    Row run(Workload workload, long measuredSteps) throws Exception {
      return RocksLimit.run(workload, measuredSteps);
    }
  },
  /** What all of them begin with: making the events, and decoding them. */
  DECODE("events made and decoded", "limit") {
    @Override
    Row run(Workload workload, long measuredSteps) throws Exception {
      return flink(workload, measuredSteps)
          .run(
              title,
              kind,
              (predictions, outcomes) -> {
                BenchmarkedJoin.predictions(predictions, workload.document())
                    .sinkTo(new DiscardingSink<>());
                BenchmarkedJoin.outcomes(outcomes, workload.document())
                    .sinkTo(new DiscardingSink<>());
              });
    }
  },
  SAMPLER("sampler, 1 %", "ours") {
    @Override
    Row run(Workload workload, long measuredSteps) {
      return SamplerRun.run(workload, Math.max(20, measuredSteps / 10_000));
    }
  };

  final String title;
  final String kind;

  JoinCase(String title, String kind) {
    this.title = title;
    this.kind = kind;
  }

  abstract Row run(Workload workload, long measuredSteps) throws Exception;

  private static FlinkRun flink(Workload workload, long measuredSteps) {
    return new FlinkRun(workload, measuredSteps);
  }
}
