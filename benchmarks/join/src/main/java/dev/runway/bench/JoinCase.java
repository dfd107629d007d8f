package dev.runway.bench;

import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.groundtruth.BenchmarkedJoin;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/** What is measured, each in a JVM of its own. */
enum JoinCase {
  /** The job's topology from bytes to readings. */
  OURS("groundtruth-join", "ours", Sizes.ALL) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(
          flink(workload, measuredSteps)
              .run(
                  title,
                  kind,
                  (predictions, outcomes) ->
                      BenchmarkedJoin.define(predictions, outcomes, workload.document())));
    }
  },
  INTERVAL_JOIN("DataStream intervalJoin", "peer", Sizes.SMALL) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(
          flink(workload, measuredSteps).run(title, kind, new IntervalJoinPeer(workload)));
    }
  },
  SQL("Flink SQL interval join", "peer", Sizes.SMALL) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(flink(workload, measuredSteps).run(title, kind, new SqlPeer(workload)));
    }
  },
  ROCKSDB("RocksDB put, get, delete", "limit", Sizes.ALL) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(RocksLimit.run(workload, measuredSteps));
    }
  },
  /** What all of them begin with: making the events, and decoding them. */
  DECODE("events made and decoded", "limit", Sizes.FIRST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(
          flink(workload, measuredSteps)
              .run(
                  title,
                  kind,
                  (predictions, outcomes) -> {
                    BenchmarkedJoin.predictions(predictions, workload.document())
                        .sinkTo(new DiscardingSink<>());
                    BenchmarkedJoin.outcomes(outcomes, workload.document())
                        .sinkTo(new DiscardingSink<>());
                  }));
    }
  },
  SAMPLER("sampler, 1 %", "ours", Sizes.FIRST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) {
      return List.of(SamplerRun.run(workload, Math.max(20, measuredSteps / 10_000)));
    }
  },
  /** Both jobs with a broker and a database. */
  FULL_PATH("full path", "ours", Sizes.FIRST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      int seconds = (int) Math.max(4, Math.min(40, measuredSteps / 10_000));
      return FullPath.run(workload, measuredSteps, seconds);
    }
  },
  /** On a class path of its own, see benchmarks/join-streams. */
  KAFKA_STREAMS("Kafka Streams join", "peer", Sizes.FIRST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      Path target = Place.repository().resolve("benchmarks/join-streams/target");
      return CaseProcess.run(
          target.resolve("*") + ":" + target.resolve("lib") + "/*",
          "dev.runway.bench.StreamsMain",
          Turn.of(this, workload, measuredSteps).arguments());
    }
  },
  /** Waiting alone, a timer for each prediction. */
  TIMER_PER_KEY("waiting, a timer per key", "limit", Sizes.FIRST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(waiting(this, workload, measuredSteps, ExpiryOperator.Timers.PER_KEY));
    }
  },
  /** The same, a timer for each second and key group. */
  TIMER_PER_SECOND("waiting, a timer per second", "limit", Sizes.FIRST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(waiting(this, workload, measuredSteps, ExpiryOperator.Timers.PER_SECOND));
    }
  },
  RECOVERY(Recovery.NAME, "ours", Sizes.LARGEST) {
    @Override
    List<Row> run(Workload workload, long measuredSteps) throws Exception {
      return List.of(Recovery.run(workload, measuredSteps));
    }
  };

  /** How many waiting predictions a case is measured with. */
  enum Sizes {
    ALL,
    /** The first size, and others up to what the peers bear. */
    SMALL,
    /** The first: it does not depend on how many wait. */
    FIRST,
    /** From a million on, or the last when there are only smaller ones. */
    LARGEST
  }

  final String title;
  final String kind;
  final Sizes sizes;

  JoinCase(String title, String kind, Sizes sizes) {
    this.title = title;
    this.kind = kind;
    this.sizes = sizes;
  }

  /** Its rows; the first is the one that others are compared with. */
  abstract List<Row> run(Workload workload, long measuredSteps) throws Exception;

  /** The case of ours that does the same work; null for one that is like no other. */
  @Nullable JoinCase against() {
    return switch (this) {
      case SAMPLER, FULL_PATH, RECOVERY -> null;
      case KAFKA_STREAMS -> FULL_PATH;
      default -> OURS;
    };
  }

  /** Some take minutes. */
  int atMostRounds() {
    return switch (this) {
      case INTERVAL_JOIN, SQL, FULL_PATH, KAFKA_STREAMS, TIMER_PER_KEY, TIMER_PER_SECOND -> 3;
      case RECOVERY -> 1;
      default -> Integer.MAX_VALUE;
    };
  }

  /** As users write it. */
  String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Row waiting(
      JoinCase measured, Workload workload, long measuredSteps, ExpiryOperator.Timers timers)
      throws Exception {
    return flink(workload, measuredSteps)
        .run(measured.title, measured.kind, ExpiryOperator.topology(workload, timers));
  }

  private static FlinkRun flink(Workload workload, long measuredSteps) {
    return new FlinkRun(workload, measuredSteps);
  }
}
