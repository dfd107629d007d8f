package dev.runway.embedding.mixture;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link UseDelta}. */
public final class UseDeltaSerializer extends VersionedSerializer<UseDelta> {
  public static final VersionedTypeInfo<UseDelta> TYPE =
      VersionedTypeInfo.of(UseDelta.class, new UseDeltaSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(UseDelta value, DataOutputView out) throws IOException {
    out.writeUTF(value.modelId());
    out.writeUTF(value.modelVersion());
    out.writeLong(value.windowStartMillis());
    value.counts().write(out);
  }

  @Override
  protected UseDelta read(int version, DataInputView in) throws IOException {
    return new UseDelta(in.readUTF(), in.readUTF(), in.readLong(), UseCounts.read(in));
  }
}
