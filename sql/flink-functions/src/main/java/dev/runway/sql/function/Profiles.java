package dev.runway.sql.function;

import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last profiles that were asked for, read once: a join repeats one document in every row, and
 * one of a thousand features takes longer to read than all else.
 */
final class Profiles {

  /** A task looks at the tiles of few versions at a time; each profile may have megabytes. */
  private static final int KEPT = 8;

  private final String function;

  private final Map<String, TileLayout> layouts =
      new LinkedHashMap<>(2 * KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TileLayout> eldest) {
          return size() > KEPT;
        }
      };

  Profiles(String function) {
    this.function = function;
  }

  TileLayout layout(String profile) {
    TileLayout known = layouts.get(profile);
    if (known == null) {
      known = read(profile);
      layouts.put(profile, known);
    }
    return known;
  }

  private TileLayout read(String profile) {
    try {
      // Sketches in a tile need none in the layout it is read with.
      return TileLayout.of(ProfileJson.read(profile.getBytes(StandardCharsets.UTF_8)), false);
    } catch (MalformedProfile e) {
      throw new IllegalArgumentException(function + ": not a profile: " + e.getMessage());
    }
  }

  /** Reads a tile that was counted with a layout. */
  Tile tile(TileLayout layout, byte[] bytes) {
    Tile tile = Images.tile(function, bytes);
    if (!layout.counted(tile)) {
      throw new IllegalArgumentException(
          "%s: the tile was counted for profile %s, not for %s: join ON profile_id"
              .formatted(function, tile.profileId(), layout.profile().id()));
    }
    return tile;
  }

  /** Position of a feature. */
  int position(TileLayout layout, String feature) {
    int position = layout.position(feature);
    if (position < 0) {
      throw new IllegalArgumentException(
          "%s: profile %s has no feature %s".formatted(function, layout.profile().id(), feature));
    }
    return position;
  }
}
