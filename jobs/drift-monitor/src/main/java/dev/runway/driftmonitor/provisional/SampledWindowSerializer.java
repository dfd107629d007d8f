package dev.runway.driftmonitor.provisional;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link SampledWindow} in state. */
public final class SampledWindowSerializer extends VersionedSerializer<SampledWindow> {
  static final VersionedTypeInfo<SampledWindow> TYPE =
      VersionedTypeInfo.of(SampledWindow.class, new SampledWindowSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(SampledWindow value, DataOutputView out) throws IOException {
    out.writeLong(value.endMillis());
    out.writeInt(value.count());
    out.writeLong(value.bytes());
    out.writeLong(value.below());
  }

  @Override
  protected SampledWindow read(int version, DataInputView in) throws IOException {
    return new SampledWindow(in.readLong(), in.readInt(), in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
