package dev.runway.sql.function;

import dev.runway.drift.tile.Tile;
import dev.runway.flink.types.VersionedSerializer;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes the tile as it is stored, which says its own version. */
public final class TileSumSerializer extends VersionedSerializer<TileSum> {

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TileSum sum, DataOutputView out) throws IOException {
    Tile tile = sum.tile;
    out.writeBoolean(tile != null);
    if (tile != null) {
      tile.write(out);
    }
  }

  @Override
  protected TileSum read(int version, DataInputView in) throws IOException {
    TileSum sum = new TileSum();
    sum.tile = in.readBoolean() ? Tile.read(in) : null;
    return sum;
  }
}
