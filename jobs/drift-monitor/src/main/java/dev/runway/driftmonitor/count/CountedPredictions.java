package dev.runway.driftmonitor.count;

import dev.runway.driftmonitor.estimate.ScoreDelta;
import dev.runway.driftmonitor.estimate.ScoreDeltaSerializer;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.TileDeltaSerializer;
import dev.runway.driftmonitor.provisional.SampledPrediction;
import dev.runway.driftmonitor.provisional.SampledPredictionSerializer;
import dev.runway.flink.BundleOperator;
import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeadLetter;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The half of the topology beside the source: records in; tiles, scores and dead letters out.
 *
 * @param tiles parts of tiles, to be merged
 * @param scores parts of a minute's scores, to be merged
 * @param samples predictions of versions without baseline, of which one may be made
 */
public record CountedPredictions(
    DataStream<TileDelta> tiles,
    DataStream<ScoreDelta> scores,
    DataStream<SampledPrediction> samples,
    DataStream<DeadLetter> dead) {

  /** So many events leave together at most; what bounds bundles is the tiles they hold. */
  private static final int MAX_EVENTS = Integer.MAX_VALUE;

  /**
   * Counts predictions.
   *
   * @param maxTiles tiles that a subtask holds at most
   * @param maxBytes what they take together at most, or {@link BundleOperator#SHARE_OF_HEAP}
   * @param sampleSize predictions that make a provisional baseline; 0 for none
   */
  public static CountedPredictions of(
      DataStream<RawEvent> predictions,
      PredictionCounting counting,
      TimeBounds bounds,
      int maxTiles,
      long maxBytes,
      int sampleSize) {
    SingleOutputStreamOperator<CountedPrediction> counted =
        predictions
            .process(new DecodeFunction<>(counting, CountedPredictionType.TYPE, bounds))
            .uid("count-prediction")
            .name("count prediction");
    DataStream<TileDelta> tiles =
        BundleOperator.bundleByWindow(
            counted,
            new TileBundle(),
            maxTiles,
            MAX_EVENTS,
            maxBytes,
            Duration.ofMillis(Span.MINUTE_MILLIS),
            TileDeltaSerializer.TYPE,
            "bundle-tiles");
    DataStream<ScoreDelta> scores =
        BundleOperator.bundleByWindow(
            counted,
            new ScoreBundle(),
            maxTiles,
            MAX_EVENTS,
            BundleOperator.ANY_BYTES,
            Duration.ofMillis(Span.MINUTE_MILLIS),
            ScoreDeltaSerializer.TYPE,
            "bundle-scores");
    DataStream<SampledPrediction> samples =
        counted
            .process(new SampleFunction(sampleSize), SampledPredictionSerializer.TYPE)
            .uid("sample-prediction")
            .name("sample prediction");
    return new CountedPredictions(tiles, scores, samples, counted.getSideOutput(DeadLetters.TAG));
  }
}
