package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link BaselineKey}. It is a key of state, so it never changes. */
public final class BaselineKeySerializer extends VersionedSerializer<BaselineKey> {
  public static final VersionedTypeInfo<BaselineKey> TYPE =
      VersionedTypeInfo.key(BaselineKey.class, new BaselineKeySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(BaselineKey value, DataOutputView out) throws IOException {
    out.writeUTF(value.modelId());
    out.writeUTF(value.version());
    out.writeUTF(value.profileId());
  }

  @Override
  protected BaselineKey read(int version, DataInputView in) throws IOException {
    return new BaselineKey(in.readUTF(), in.readUTF(), in.readUTF());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
