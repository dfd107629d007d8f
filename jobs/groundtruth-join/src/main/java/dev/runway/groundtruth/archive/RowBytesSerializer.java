package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** State {@code waiting-rows}: {@link RowBytes}. */
public final class RowBytesSerializer extends VersionedSerializer<RowBytes> {
  public static final VersionedTypeInfo<RowBytes> TYPE =
      VersionedTypeInfo.of(RowBytes.class, new RowBytesSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(RowBytes rows, DataOutputView out) throws IOException {
    out.writeByte(rows.layout());
    out.writeInt(rows.rows());
    out.writeInt(rows.bytes().length);
    out.write(rows.bytes());
  }

  @Override
  protected RowBytes read(int version, DataInputView in) throws IOException {
    int layout = in.readUnsignedByte();
    int rows = in.readInt();
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new RowBytes(layout, rows, bytes);
  }

  /** Nobody changes the bytes. */
  @Override
  public boolean isImmutableType() {
    return true;
  }
}
