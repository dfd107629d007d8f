package dev.runway.embedding.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link KeptVersion} in state. */
public final class KeptVersionSerializer extends VersionedSerializer<KeptVersion> {
  public static final VersionedTypeInfo<KeptVersion> TYPE =
      VersionedTypeInfo.of(KeptVersion.class, new KeptVersionSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(KeptVersion value, DataOutputView out) throws IOException {
    out.writeInt(value.dimensions());
    out.writeInt(value.items());
    out.writeLong(value.highest());
    out.writeLong(value.newestMillis());
    out.writeLong(value.changes());
  }

  @Override
  protected KeptVersion read(int version, DataInputView in) throws IOException {
    return new KeptVersion(in.readInt(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
