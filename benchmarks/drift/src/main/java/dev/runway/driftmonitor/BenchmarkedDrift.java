package dev.runway.driftmonitor;

import dev.runway.bench.drift.Fleet;
import dev.runway.driftmonitor.baseline.BenchmarkedBaselines;
import dev.runway.driftmonitor.concept.ConceptSettings;
import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.driftmonitor.merge.WindowReport;
import dev.runway.flink.BundleOperator;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.Options;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** The job's topology, as it is, between a benchmark's events and nothing; and the whole job. */
public final class BenchmarkedDrift {
  private BenchmarkedDrift() {}

  /** The whole job with these options, between its topics. */
  public static StreamExecutionEnvironment job(String... arguments) {
    Options options = DriftMonitorOptions.from(arguments);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    DriftMonitorJob.define(env, options);
    return env;
  }

  /**
   * The topology with the job's defaults but for its windows.
   *
   * @param produced producers' tiles
   * @param window of every model
   */
  public static void define(
      DataStream<RawEvent> predictions,
      DataStream<RawEvent> produced,
      DataStream<RawEvent> truths,
      int features,
      int models,
      Duration window) {
    Fleet fleet = new Fleet(features, models);
    var out =
        DriftMonitorTopology.build(
            predictions,
            produced,
            truths,
            new DriftMonitorTopology.Settings(
                TimeBounds.earliest(Instant.EPOCH),
                Sampler.of(1),
                ModelDirectory.fixed(fleet.documents()),
                new BenchmarkedBaselines(features, models),
                new WindowReport.Settings(500, 0.05, 5),
                CustomSettings.none(),
                TierWindows.of(window, window, window, window),
                new ConceptSettings(2_000, 5_000, Duration.ofMinutes(30)),
                Duration.ofHours(1),
                1_000,
                BundleOperator.SHARE_OF_HEAP,
                2_000));
    out.readings().sinkTo(new DiscardingSink<>()).uid("discard-readings");
    out.tiles().sinkTo(new DiscardingSink<>()).uid("discard-tiles");
    out.baselines().sinkTo(new DiscardingSink<>()).uid("discard-baselines");
    out.dead().sinkTo(new DiscardingSink<>()).uid("discard-dead");
  }
}
