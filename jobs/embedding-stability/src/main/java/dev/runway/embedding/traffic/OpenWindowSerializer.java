package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficCounts;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link OpenWindow}. */
public final class OpenWindowSerializer extends VersionedSerializer<OpenWindow> {
  public static final VersionedTypeInfo<OpenWindow> TYPE =
      VersionedTypeInfo.of(OpenWindow.class, new OpenWindowSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(OpenWindow value, DataOutputView out) throws IOException {
    out.writeLong(value.endMillis());
    out.writeLong(value.changedAtMillis());
    out.writeLong(value.sinceMillis());
    out.writeLong(value.told());
    out.writeBoolean(value.compared());
    value.counts().write(out);
  }

  @Override
  protected OpenWindow read(int version, DataInputView in) throws IOException {
    return new OpenWindow(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        TrafficCounts.read(in));
  }
}
