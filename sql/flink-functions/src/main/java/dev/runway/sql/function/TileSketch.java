package dev.runway.sql.function;

import dev.runway.drift.tile.TileLayout;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code tile_sketch(profile, tile, feature)}: the quantile sketch of a numeric feature, which is
 * one of floats, for {@code kll_sketch_get_quantile_float} and its kin. Null where the tile has
 * none, which is so unless drift-monitor was told to keep them.
 */
public final class TileSketch extends ScalarFunction {

  private transient @Nullable Profiles profiles;

  private Profiles profiles() {
    Profiles own = profiles;
    if (own == null) {
      own = new Profiles("tile_sketch");
      profiles = own;
    }
    return own;
  }

  public byte @Nullable [] eval(
      @Nullable String profile, byte @Nullable [] tile, @Nullable String feature) {
    if (profile == null || tile == null || feature == null) {
      return null;
    }
    Profiles opened = profiles();
    TileLayout layout = opened.layout(profile);
    KllFloatsSketch sketch = opened.tile(layout, tile).sketch(opened.position(layout, feature));
    return sketch == null ? null : sketch.toByteArray();
  }
}
