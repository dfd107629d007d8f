package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link DatedTick} in state and between operators: its two times. */
public final class DatedTickSerializer extends VersionedSerializer<DatedTick> {
  public static final VersionedTypeInfo<DatedTick> TYPE =
      VersionedTypeInfo.of(DatedTick.class, new DatedTickSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(DatedTick value, DataOutputView out) throws IOException {
    out.writeLong(value.atMillis());
    out.writeLong(value.appendedAtMillis());
  }

  @Override
  protected DatedTick read(int version, DataInputView in) throws IOException {
    return new DatedTick(in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
