package dev.runway.sql.function;

import dev.runway.drift.tile.Tile;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code tile_merge(tile)}: the counts of several windows of one profile as one tile. Any order
 * gives the same bytes, sketches apart. Null of nothing.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = TileSum.class,
            rawSerializer = TileSumSerializer.class),
    output = @DataTypeHint("BYTES"))
public final class TileMerge extends AggregateFunction<byte @Nullable [], TileSum> {

  @Override
  public TileSum createAccumulator() {
    return new TileSum();
  }

  public void accumulate(TileSum sum, byte @Nullable [] tile) {
    if (tile != null) {
      sum.add(Images.tile("tile_merge", tile));
    }
  }

  /** Adds sums of parts of the rows. */
  public void merge(TileSum sum, Iterable<TileSum> others) {
    for (TileSum other : others) {
      Tile more = other.tile;
      if (more != null) {
        sum.add(more);
      }
    }
  }

  @Override
  public byte @Nullable [] getValue(TileSum sum) {
    Tile tile = sum.tile;
    return tile == null ? null : tile.toBytes();
  }
}
