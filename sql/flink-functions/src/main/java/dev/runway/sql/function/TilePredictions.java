package dev.runway.sql.function;

import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/** {@code tile_predictions(tile)}: how many predictions it counts. */
public final class TilePredictions extends ScalarFunction {

  public @Nullable Long eval(byte @Nullable [] tile) {
    return tile == null ? null : (Long) Images.tile("tile_predictions", tile).events();
  }
}
