package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.DriftTile;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link DriftTile} between operators. */
public final class DriftTileSerializer extends VersionedSerializer<DriftTile> {
  public static final VersionedTypeInfo<DriftTile> TYPE =
      VersionedTypeInfo.of(DriftTile.class, new DriftTileSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(DriftTile value, DataOutputView out) throws IOException {
    out.writeUTF(value.modelId());
    out.writeUTF(value.modelVersion());
    out.writeUTF(value.segment());
    out.writeUTF(value.profileId());
    out.writeLong(value.windowStartMillis());
    out.writeLong(value.windowEndMillis());
    out.writeLong(value.revision());
    out.writeLong(value.predictions());
    out.writeInt(value.tile().length);
    out.write(value.tile());
  }

  @Override
  protected DriftTile read(int version, DataInputView in) throws IOException {
    return new DriftTile(
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        bytes(in));
  }

  private static byte[] bytes(DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
