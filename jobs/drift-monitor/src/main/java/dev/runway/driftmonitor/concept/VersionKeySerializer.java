package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link VersionKey}. It is a key of state, so it never changes. */
public final class VersionKeySerializer extends VersionedSerializer<VersionKey> {
  public static final VersionedTypeInfo<VersionKey> TYPE =
      VersionedTypeInfo.key(VersionKey.class, new VersionKeySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(VersionKey value, DataOutputView out) throws IOException {
    out.writeUTF(value.modelId());
    out.writeUTF(value.version());
  }

  @Override
  protected VersionKey read(int version, DataInputView in) throws IOException {
    return new VersionKey(in.readUTF(), in.readUTF());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
