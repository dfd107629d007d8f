package dev.runway.driftmonitor.provisional;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link SampleKey}. It is a key of map state, so it never changes. */
public final class SampleKeySerializer extends VersionedSerializer<SampleKey> {
  static final VersionedTypeInfo<SampleKey> TYPE =
      VersionedTypeInfo.key(SampleKey.class, new SampleKeySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(SampleKey value, DataOutputView out) throws IOException {
    out.writeLong(value.windowStartMillis());
    out.writeLong(value.position());
  }

  @Override
  protected SampleKey read(int version, DataInputView in) throws IOException {
    return new SampleKey(in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
