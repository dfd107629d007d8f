package dev.runway.embedding.mixture;

import dev.runway.flink.BundleFunction;
import java.time.Duration;
import org.apache.flink.util.Collector;

/** Predictions to counts of windows, in memory, where they were read. */
public final class UseBundle
    implements BundleFunction<DeclaredUses, UseBundle.Key, UseCounts, UseDelta> {
  private final long windowMillis;

  /**
   * @param window length of the windows of prediction times, which are aligned to the epoch
   */
  public UseBundle(Duration window) {
    this.windowMillis = window.toMillis();
  }

  /** What predictions are counted under. */
  record Key(String modelId, String modelVersion, long windowStartMillis) {}

  @Override
  public Key key(DeclaredUses prediction) {
    return new Key(
        prediction.modelId(),
        prediction.modelVersion(),
        Math.floorDiv(prediction.predictedAtMillis(), windowMillis) * windowMillis);
  }

  @Override
  public UseCounts create(Key key) {
    return new UseCounts();
  }

  @Override
  public long add(UseCounts counts, DeclaredUses prediction) {
    counts.add(prediction.uses(), prediction.weight());
    return 0;
  }

  @Override
  public void emit(Key key, UseCounts counts, Collector<UseDelta> out) {
    out.collect(new UseDelta(key.modelId(), key.modelVersion(), key.windowStartMillis(), counts));
  }
}
