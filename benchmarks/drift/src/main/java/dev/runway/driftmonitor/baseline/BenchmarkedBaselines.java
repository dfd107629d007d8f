package dev.runway.driftmonitor.baseline;

import dev.runway.bench.drift.Fleet;
import dev.runway.drift.tile.TileLayout;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The job's own store of baselines, filled with those of a fleet in place of a topic's. */
public record BenchmarkedBaselines(int features, int models) implements BaselineDirectory.Factory {

  @Override
  public BaselineDirectory open(ModelDirectory.Refused refused) {
    Baselines baselines =
        new Baselines(
            false,
            letter -> {
              throw new IllegalStateException("a baseline of ours was refused: " + letter);
            });
    Fleet fleet = new Fleet(features, models);
    for (int model = 0; model < models; model++) {
      Baseline baseline = fleet.baseline(model);
      baselines.apply(
          new ConsumerRecord<>(
              "baselines", 0, model, baseline.key(), BaselineCodec.write(baseline)));
    }
    return new Directory(baselines);
  }

  private record Directory(Baselines baselines) implements BaselineDirectory {
    @Override
    public @Nullable TileLayout inForce(
        String modelId, String version, long predictedAtMillis, long asOfMillis) {
      return baselines.inForce(modelId, version, predictedAtMillis);
    }

    @Override
    public @Nullable TileLayout find(String modelId, String version, String profileId) {
      return baselines.find(modelId, version, profileId);
    }

    @Override
    public @Nullable TileLayout find(
        String modelId, String version, String profileId, long asOfMillis) {
      return baselines.find(modelId, version, profileId);
    }

    @Override
    public void close() {}
  }
}
