package dev.runway.driftmonitor;

import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.concept.ConceptSettings;
import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.Truth;
import dev.runway.driftmonitor.concept.TruthBundle;
import dev.runway.driftmonitor.concept.TruthDecoder;
import dev.runway.driftmonitor.concept.TruthDelta;
import dev.runway.driftmonitor.concept.TruthDeltaSerializer;
import dev.runway.driftmonitor.concept.TruthSerializer;
import dev.runway.driftmonitor.concept.TruthTimeOperator;
import dev.runway.driftmonitor.concept.VersionKey;
import dev.runway.driftmonitor.concept.VersionKeySerializer;
import dev.runway.driftmonitor.concept.WatchConceptFunction;
import dev.runway.driftmonitor.count.CountedPredictions;
import dev.runway.driftmonitor.count.PredictionCounting;
import dev.runway.driftmonitor.count.ProducerTiles;
import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.driftmonitor.estimate.EstimatePerformanceFunction;
import dev.runway.driftmonitor.estimate.ScoreDelta;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.BaselineKeySerializer;
import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.driftmonitor.merge.MergeTilesFunction;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.TileDeltaSerializer;
import dev.runway.driftmonitor.merge.WindowReport;
import dev.runway.driftmonitor.provisional.BaselineSerializer;
import dev.runway.driftmonitor.provisional.ProvisionalFunction;
import dev.runway.driftmonitor.provisional.SampledPrediction;
import dev.runway.flink.BundleOperator;
import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.Baseline;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import java.time.Duration;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Predictions x baselines x ground truth, as streams.
 *
 * <pre>
 * predictions -> count-prediction -> bundle-tiles -> merge-tiles -------------> readings
 *                       |                                '-> tiles                 ^
 *                       |--> bundle-scores ------------------> estimate-performance |
 *                       |--> sample-prediction -> make-provisional -> baselines     |
 *                       '-> dead letters                                 ^         |
 * producer-tiles -> decode-producer-tile -> merge-tiles                    |         |
 *                       '-> dead letters                                 (topic)     |
 * groundtruth -> decode-truth -> time-truths -> bundle-truths -> watch-concept ----'
 *                       '-> dead letters
 * </pre>
 *
 * <p>Counting and bundling are chained to the source; only sums cross the network, so that a busy
 * model is no hot key.
 */
final class DriftMonitorTopology {
  private DriftMonitorTopology() {}

  /**
   * What shapes the topology.
   *
   * @param bounds event times that are believed
   * @param sampler which predictions are counted
   * @param windows how long a model's predictions are gathered before they are judged
   * @param lateness how long after its end a window takes predictions
   * @param bundleTiles tiles that a subtask holds at most
   * @param bundleBytes what they take together at most, or {@link BundleOperator#SHARE_OF_HEAP}
   * @param provisionalSample predictions that make a provisional baseline; 0 for none
   */
  record Settings(
      TimeBounds bounds,
      Sampler sampler,
      ModelDirectory.Factory models,
      BaselineDirectory.Factory baselines,
      WindowReport.Settings report,
      CustomSettings custom,
      TierWindows windows,
      ConceptSettings concept,
      Duration lateness,
      int bundleTiles,
      long bundleBytes,
      int provisionalSample) {}

  /**
   * The streams that come out.
   *
   * @param baselines provisional ones, which come back by their topic
   */
  record Outputs(
      DataStream<DriftReading> readings,
      DataStream<DriftTile> tiles,
      DataStream<Baseline> baselines,
      DataStream<DeadLetter> dead) {}

  /** Truths that leave together at most: about 100 bytes each in memory, so 10 MB. */
  private static final int BUNDLE_TRUTHS = 100_000;

  /**
   * The streams of the job.
   *
   * @param produced records of producers' tiles
   * @param truths records of ground truth, with timestamps and watermarks of their append times
   */
  static Outputs build(
      DataStream<RawEvent> predictions,
      DataStream<RawEvent> produced,
      DataStream<RawEvent> truths,
      Settings settings) {
    CountedPredictions counted =
        CountedPredictions.of(
            predictions,
            new PredictionCounting(
                settings.bounds(), settings.sampler(), settings.models(), settings.baselines()),
            settings.bounds(),
            settings.bundleTiles(),
            settings.bundleBytes(),
            settings.provisionalSample());
    SingleOutputStreamOperator<TileDelta> parts =
        produced
            .process(
                new DecodeFunction<>(
                    new ProducerTiles(settings.bounds(), settings.models(), settings.baselines()),
                    TileDeltaSerializer.TYPE,
                    settings.bounds()))
            .uid("decode-producer-tile")
            .name("decode producer's tile");
    SingleOutputStreamOperator<DriftReading> readings =
        counted
            .tiles()
            .union(parts)
            .keyBy(new ByBaseline(), BaselineKeySerializer.TYPE)
            .process(
                new MergeTilesFunction(
                    settings.models(),
                    settings.baselines(),
                    settings.report(),
                    settings.custom(),
                    settings.windows(),
                    settings.lateness()),
                DriftReadingSerializer.TYPE)
            .uid("merge-tiles")
            .name("merge tiles");
    DataStream<Baseline> baselines =
        counted
            .samples()
            .keyBy(new ByVersion(), BaselineKeySerializer.TYPE)
            .process(
                new ProvisionalFunction(
                    settings.models(),
                    settings.baselines(),
                    settings.windows(),
                    new ProvisionalFunction.Settings(
                        settings.provisionalSample(),
                        settings.report().minimum(),
                        settings.lateness())),
                BaselineSerializer.TYPE)
            .uid("make-provisional")
            .name("make provisional baseline");
    SingleOutputStreamOperator<Truth> decoded =
        truths
            .process(
                new DecodeFunction<>(new TruthDecoder(settings.models()), TruthSerializer.TYPE))
            .uid("decode-truth")
            .name("decode truth");
    SingleOutputStreamOperator<DriftReading> watched = watchConcept(decoded, settings);
    DataStream<DriftReading> estimates =
        counted
            .scores()
            .keyBy(new ScoresByVersion(), VersionKeySerializer.TYPE)
            .connect(
                watched
                    .getSideOutput(WatchConceptFunction.MATURED)
                    .keyBy(new MaturedByVersion(), VersionKeySerializer.TYPE))
            .process(
                new EstimatePerformanceFunction(
                    settings.models(), settings.windows(), settings.lateness()),
                DriftReadingSerializer.TYPE)
            .uid("estimate-performance")
            .name("estimate performance");
    return new Outputs(
        readings.union(watched, estimates),
        readings.getSideOutput(MergeTilesFunction.TILES),
        baselines,
        counted
            .dead()
            .union(
                decoded.getSideOutput(DeadLetters.TAG),
                parts.getSideOutput(DeadLetters.TAG),
                readings.getSideOutput(DeadLetters.TAG)));
  }

  private static SingleOutputStreamOperator<DriftReading> watchConcept(
      DataStream<Truth> decoded, Settings settings) {
    DataStream<TruthDelta> bundles =
        BundleOperator.bundleByWindow(
            TruthTimeOperator.add(decoded, settings.concept().lateness(), "time-truths"),
            new TruthBundle(),
            settings.bundleTiles(),
            BUNDLE_TRUTHS,
            BundleOperator.ANY_BYTES,
            Duration.ofMillis(Span.MINUTE_MILLIS),
            TruthDeltaSerializer.TYPE,
            "bundle-truths");
    return bundles
        .keyBy(new TruthsByVersion(), VersionKeySerializer.TYPE)
        .process(
            new WatchConceptFunction(settings.models(), settings.windows(), settings.concept()),
            DriftReadingSerializer.TYPE)
        .uid("watch-concept")
        .name("watch concept");
  }

  // Classes and not lambdas: the graph is stored for recovery, and lambdas do not survive a
  // rebuild.
  private static final class ByBaseline implements KeySelector<TileDelta, BaselineKey> {
    @Override
    public BaselineKey getKey(TileDelta delta) {
      return delta.key();
    }
  }

  private static final class ByVersion implements KeySelector<SampledPrediction, BaselineKey> {
    @Override
    public BaselineKey getKey(SampledPrediction prediction) {
      return prediction.key();
    }
  }

  private static final class TruthsByVersion implements KeySelector<TruthDelta, VersionKey> {
    @Override
    public VersionKey getKey(TruthDelta delta) {
      return delta.key();
    }
  }

  private static final class ScoresByVersion implements KeySelector<ScoreDelta, VersionKey> {
    @Override
    public VersionKey getKey(ScoreDelta delta) {
      return delta.key();
    }
  }

  private static final class MaturedByVersion implements KeySelector<MaturedWindow, VersionKey> {
    @Override
    public VersionKey getKey(MaturedWindow window) {
      return window.key();
    }
  }
}
