package dev.runway.embedding.mixture;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link UseWindow}; the first one did not know since when one waits for it. */
public final class UseWindowSerializer extends VersionedSerializer<UseWindow> {
  public static final VersionedTypeInfo<UseWindow> TYPE =
      VersionedTypeInfo.of(UseWindow.class, new UseWindowSerializer());

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(UseWindow value, DataOutputView out) throws IOException {
    out.writeLong(value.endMillis());
    out.writeLong(value.changedAtMillis());
    out.writeLong(value.sinceMillis());
    out.writeLong(value.told());
    value.counts().write(out);
  }

  @Override
  protected UseWindow read(int version, DataInputView in) throws IOException {
    long end = in.readLong();
    long changedAt = in.readLong();
    long since = version == 1 ? changedAt : in.readLong();
    return new UseWindow(end, changedAt, since, in.readLong(), UseCounts.read(in));
  }
}
