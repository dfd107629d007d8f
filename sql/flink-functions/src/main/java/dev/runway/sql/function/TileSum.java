package dev.runway.sql.function;

import dev.runway.drift.tile.Tile;
import org.jspecify.annotations.Nullable;

/** The tiles of a group so far, added up. */
public final class TileSum {

  @Nullable Tile tile;

  void add(Tile more) {
    Tile own = tile;
    if (own == null) {
      tile = more;
    } else if (own.fits(more)) {
      own.merge(more);
    } else {
      throw new IllegalArgumentException(
          "tile_merge: tiles of profiles %s and %s have other bins: GROUP BY profile_id"
              .formatted(own.profileId(), more.profileId()));
    }
  }
}
