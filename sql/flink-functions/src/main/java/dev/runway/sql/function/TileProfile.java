package dev.runway.sql.function;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code tile_profile(tile)}: the id of the profile whose bins it was counted in. */
public final class TileProfile extends ScalarFunction {

  public @Nullable String eval(byte @Nullable [] tile) {
    return tile == null ? null : Images.tile("tile_profile", tile).profileId();
  }
}
