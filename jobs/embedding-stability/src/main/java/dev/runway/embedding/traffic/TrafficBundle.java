package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.SampledVector;
import dev.runway.flink.BundleFunction;
import java.time.Duration;
import org.apache.flink.util.Collector;

/** Vectors to sums of windows, in memory, where they were sampled: only sums cross the network. */
public final class TrafficBundle
    implements BundleFunction<SampledVector, TrafficBundle.Key, TrafficSums, TrafficDelta> {
  private final long windowMillis;

  /**
   * @param window length of the windows of storing times, which are aligned to the epoch
   */
  public TrafficBundle(Duration window) {
    this.windowMillis = window.toMillis();
  }

  /**
   * What vectors are added up under.
   *
   * @param dimensions 0 for items that leave
   */
  record Key(String spaceId, String version, long windowStartMillis, int dimensions) {}

  @Override
  public Key key(SampledVector vector) {
    long stored = vector.item().storedAtMillis();
    return new Key(
        vector.spaceId(),
        vector.version(),
        Math.floorDiv(stored, windowMillis) * windowMillis,
        vector.item().vector().length);
  }

  @Override
  public TrafficSums create(Key key) {
    return new TrafficSums(key.dimensions());
  }

  @Override
  public long bytes(Key key) {
    return TrafficSums.leastBytes(key.dimensions());
  }

  @Override
  public long add(TrafficSums sums, SampledVector vector) {
    ItemVector item = vector.item();
    if (item.isThere()) {
      return sums.add(
          item.vector(),
          vector.hash(),
          item.storedAtMillis() - item.eventAtMillis(),
          item.recordedAtMillis() - item.eventAtMillis());
    }
    sums.addGone();
    return 0;
  }

  @Override
  public void emit(Key key, TrafficSums sums, Collector<TrafficDelta> out) {
    out.collect(new TrafficDelta(key.spaceId(), key.version(), key.windowStartMillis(), sums));
  }
}
