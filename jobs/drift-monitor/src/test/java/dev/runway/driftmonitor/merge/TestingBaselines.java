package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.flink.ModelDirectory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Baselines of one version by profile id, which a test may change at any time. */
final class TestingBaselines implements BaselineDirectory.Factory, BaselineDirectory {
  private final Map<String, TileLayout> byId = new LinkedHashMap<>();

  /** Adds a baseline, or another content of one that is known. */
  void publish(TileLayout layout) {
    byId.put(layout.profile().id(), layout);
  }

  void remove(String profileId) {
    byId.remove(profileId);
  }

  @Override
  public BaselineDirectory open(ModelDirectory.Refused refused) {
    return this;
  }

  @Override
  public @Nullable TileLayout inForce(
      String modelId, String version, long predictedAtMillis, long asOfMillis) {
    return byId.values().stream().findFirst().orElse(null);
  }

  @Override
  public @Nullable TileLayout find(String modelId, String version, String profileId) {
    return byId.get(profileId);
  }

  @Override
  public @Nullable TileLayout find(
      String modelId, String version, String profileId, long asOfMillis) {
    return find(modelId, version, profileId);
  }

  @Override
  public void close() {}
}
