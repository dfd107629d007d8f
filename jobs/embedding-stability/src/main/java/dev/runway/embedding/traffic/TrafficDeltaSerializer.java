package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TrafficDelta}. */
public final class TrafficDeltaSerializer extends VersionedSerializer<TrafficDelta> {
  public static final VersionedTypeInfo<TrafficDelta> TYPE =
      VersionedTypeInfo.of(TrafficDelta.class, new TrafficDeltaSerializer());

  @Override
  public int version() {
    return TrafficSums.LAYOUT;
  }

  @Override
  protected void write(TrafficDelta value, DataOutputView out) throws IOException {
    out.writeUTF(value.spaceId());
    out.writeUTF(value.version());
    out.writeLong(value.windowStartMillis());
    value.sums().write(out);
  }

  @Override
  protected TrafficDelta read(int version, DataInputView in) throws IOException {
    return new TrafficDelta(
        in.readUTF(), in.readUTF(), in.readLong(), TrafficSums.read(version, in));
  }
}
