package dev.runway.embedding.mixture;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link UseWindow}. */
public final class UseWindowSerializer extends VersionedSerializer<UseWindow> {
  public static final VersionedTypeInfo<UseWindow> TYPE =
      VersionedTypeInfo.of(UseWindow.class, new UseWindowSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(UseWindow value, DataOutputView out) throws IOException {
    out.writeLong(value.endMillis());
    out.writeLong(value.changedAtMillis());
    out.writeLong(value.told());
    value.counts().write(out);
  }

  @Override
  protected UseWindow read(int version, DataInputView in) throws IOException {
    return new UseWindow(in.readLong(), in.readLong(), in.readLong(), UseCounts.read(in));
  }
}
