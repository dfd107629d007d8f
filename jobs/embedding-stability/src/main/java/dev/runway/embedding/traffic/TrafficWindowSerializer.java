package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TrafficWindow}. */
public final class TrafficWindowSerializer extends VersionedSerializer<TrafficWindow> {
  public static final VersionedTypeInfo<TrafficWindow> TYPE =
      VersionedTypeInfo.of(TrafficWindow.class, new TrafficWindowSerializer());

  @Override
  public int version() {
    return TrafficSums.LAYOUT;
  }

  @Override
  protected void write(TrafficWindow value, DataOutputView out) throws IOException {
    out.writeLong(value.endMillis());
    out.writeLong(value.changedAtMillis());
    out.writeLong(value.told());
    out.writeBoolean(value.compared());
    value.sums().write(out);
  }

  @Override
  protected TrafficWindow read(int version, DataInputView in) throws IOException {
    return new TrafficWindow(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        TrafficSums.read(version, in));
  }
}
