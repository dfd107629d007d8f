package dev.runway.embedding.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ItemKey}. It is a key of map state, so it never changes. */
public final class ItemKeySerializer extends VersionedSerializer<ItemKey> {
  public static final VersionedTypeInfo<ItemKey> TYPE =
      VersionedTypeInfo.key(ItemKey.class, new ItemKeySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ItemKey value, DataOutputView out) throws IOException {
    out.writeUTF(value.version());
    out.writeLong(value.hash());
  }

  @Override
  protected ItemKey read(int version, DataInputView in) throws IOException {
    return new ItemKey(in.readUTF(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
