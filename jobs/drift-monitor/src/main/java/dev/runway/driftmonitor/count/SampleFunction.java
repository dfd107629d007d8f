package dev.runway.driftmonitor.count;

import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.provisional.SampleThresholds;
import dev.runway.driftmonitor.provisional.SampledFeatures;
import dev.runway.driftmonitor.provisional.SampledPrediction;
import dev.runway.flink.Sampler;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sends on the predictions that a provisional baseline may be made of: of versions without one,
 * those whose ids have the lowest hashes. Keeps no state. Chained to counting, so that nothing of
 * all other predictions is copied.
 */
final class SampleFunction extends ProcessFunction<CountedPrediction, SampledPrediction> {
  private final int sampleSize;

  private transient SampleThresholds thresholds;
  private transient SampledFeatures features;

  /**
   * @param sampleSize predictions that make a baseline; 0 for none
   */
  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first prediction.
  SampleFunction(int sampleSize) {
    this.sampleSize = sampleSize;
  }

  @Override
  public void open(OpenContext context) {
    thresholds = new SampleThresholds(sampleSize);
    features = new SampledFeatures();
  }

  @Override
  public void processElement(
      CountedPrediction counted, Context context, Collector<SampledPrediction> out) {
    CountedPrediction.Unprofiled prediction = counted.unprofiled();
    if (prediction == null || sampleSize == 0) {
      return;
    }
    TileKey of = counted.key();
    BaselineKey key = new BaselineKey(of.modelId(), of.version(), BaselineKey.NONE);
    // Positions are not below 0, so their bits are in the same order.
    long position = Double.doubleToRawLongBits(Sampler.position(prediction.predictionId()));
    if (!thresholds.take(key, prediction.predictedAtMillis(), position)) {
      return;
    }
    prediction.features().copyTo(features.begin());
    out.collect(
        new SampledPrediction(key, prediction.predictedAtMillis(), position, features.toBytes()));
  }
}
