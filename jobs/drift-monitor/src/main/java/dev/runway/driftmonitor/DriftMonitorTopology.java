package dev.runway.driftmonitor;

import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.count.CountedPredictions;
import dev.runway.driftmonitor.count.PredictionCounting;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.BaselineKeySerializer;
import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.driftmonitor.merge.MergeTilesFunction;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.WindowReport;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import java.time.Duration;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Predictions x baselines, as streams.
 *
 * <pre>
 * predictions -> count-prediction -> bundle-tiles -> merge-tiles -> readings
 *                       |                                '-> tiles
 *                       '-> dead letters
 * </pre>
 *
 * <p>Counting and bundling are chained to the source; only tiles cross the network, so that a busy
 * model is no hot key.
 */
final class DriftMonitorTopology {
  private DriftMonitorTopology() {}

  /**
   * What shapes the topology.
   *
   * @param bounds event times that are believed
   * @param windows how long a model's predictions are gathered before they are judged
   * @param lateness how long after its end a window takes events
   * @param bundleTiles tiles that a subtask holds at most
   */
  record Settings(
      TimeBounds bounds,
      ModelDirectory.Factory models,
      BaselineDirectory.Factory baselines,
      WindowReport.Settings report,
      TierWindows windows,
      Duration lateness,
      int bundleTiles) {}

  /** The streams that come out. */
  record Outputs(
      DataStream<DriftReading> readings,
      DataStream<DriftTile> tiles,
      DataStream<DeadLetter> dead) {}

  static Outputs build(DataStream<RawEvent> predictions, Settings settings) {
    CountedPredictions counted =
        CountedPredictions.of(
            predictions,
            new PredictionCounting(settings.bounds(), settings.models(), settings.baselines()),
            settings.bounds(),
            settings.bundleTiles());
    SingleOutputStreamOperator<DriftReading> readings =
        counted
            .tiles()
            .keyBy(new ByBaseline(), BaselineKeySerializer.TYPE)
            .process(
                new MergeTilesFunction(
                    settings.models(),
                    settings.baselines(),
                    settings.report(),
                    settings.windows(),
                    settings.lateness()),
                DriftReadingSerializer.TYPE)
            .uid("merge-tiles")
            .name("merge tiles");
    return new Outputs(readings, readings.getSideOutput(MergeTilesFunction.TILES), counted.dead());
  }

  // A class and not a lambda: the graph is stored for recovery, and lambdas do not survive a
  // rebuild.
  private static final class ByBaseline implements KeySelector<TileDelta, BaselineKey> {
    @Override
    public BaselineKey getKey(TileDelta delta) {
      return delta.key();
    }
  }
}
