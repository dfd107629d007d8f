package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TrafficReference}. */
public final class TrafficReferenceSerializer extends VersionedSerializer<TrafficReference> {
  public static final VersionedTypeInfo<TrafficReference> TYPE =
      VersionedTypeInfo.of(TrafficReference.class, new TrafficReferenceSerializer());

  @Override
  public int version() {
    return TrafficSums.LAYOUT;
  }

  @Override
  protected void write(TrafficReference value, DataOutputView out) throws IOException {
    out.writeLong(value.startMillis());
    out.writeLong(value.endMillis());
    value.sums().write(out);
  }

  @Override
  protected TrafficReference read(int version, DataInputView in) throws IOException {
    return new TrafficReference(in.readLong(), in.readLong(), TrafficSums.read(version, in));
  }
}
