package dev.runway.driftmonitor.estimate;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Said} in state. */
final class SaidSerializer extends VersionedSerializer<Said> {
  static final VersionedTypeInfo<Said> TYPE =
      VersionedTypeInfo.of(Said.class, new SaidSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Said value, DataOutputView out) throws IOException {
    out.writeDouble(value.accuracy());
    out.writeDouble(value.labelVariance());
    out.writeDouble(value.calibrationVariance());
    out.writeLong(value.predictions());
  }

  @Override
  protected Said read(int version, DataInputView in) throws IOException {
    return new Said(in.readDouble(), in.readDouble(), in.readDouble(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
