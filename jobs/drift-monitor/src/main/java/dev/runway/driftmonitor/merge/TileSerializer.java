package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.Tile;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Tile} in state: its own, which says its version. */
public final class TileSerializer extends VersionedSerializer<Tile> {
  public static final VersionedTypeInfo<Tile> TYPE =
      VersionedTypeInfo.of(Tile.class, new TileSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Tile value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected Tile read(int version, DataInputView in) throws IOException {
    return Tile.read(in);
  }
}
