package dev.runway.driftmonitor.baseline;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.tile.TileLayout;
import dev.runway.flink.ModelDirectory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One baseline per version that never changes: for tests, and for runs without a topic. */
public final class FixedBaselines implements BaselineDirectory.Factory {
  private final List<byte[]> profiles = new ArrayList<>();
  private final boolean sketches;

  /** Profiles are carried in their written form because they are not serializable. */
  public FixedBaselines(boolean sketches, BaselineProfile... profiles) {
    this.sketches = sketches;
    for (BaselineProfile profile : profiles) {
      this.profiles.add(ProfileJson.write(profile));
    }
  }

  @Override
  public BaselineDirectory open(ModelDirectory.Refused refused) {
    List<TileLayout> layouts = new ArrayList<>();
    for (byte[] profile : profiles) {
      try {
        layouts.add(TileLayout.of(ProfileJson.read(profile), sketches));
      } catch (MalformedProfile e) {
        throw new IllegalStateException("a profile that its own reader refuses", e);
      }
    }
    return new Directory(layouts);
  }

  private record Directory(List<TileLayout> layouts) implements BaselineDirectory {
    @Override
    public @Nullable TileLayout inForce(
        String modelId, String version, long predictedAtMillis, long asOfMillis) {
      for (TileLayout layout : layouts) {
        if (layout.profile().model().equals(modelId)
            && layout.profile().version().equals(version)) {
          return layout;
        }
      }
      return null;
    }

    @Override
    public @Nullable TileLayout find(String modelId, String version, String profileId) {
      TileLayout layout = inForce(modelId, version, 0, 0);
      return layout != null && layout.profile().id().equals(profileId) ? layout : null;
    }

    @Override
    public @Nullable TileLayout find(
        String modelId, String version, String profileId, long asOfMillis) {
      return find(modelId, version, profileId);
    }

    @Override
    public void close() {}
  }
}
