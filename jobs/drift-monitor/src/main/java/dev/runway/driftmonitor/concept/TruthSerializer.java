package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Truth} between operators. */
public final class TruthSerializer extends VersionedSerializer<Truth> {
  public static final VersionedTypeInfo<Truth> TYPE =
      VersionedTypeInfo.of(Truth.class, new TruthSerializer());

  private static final VersionKeySerializer KEY = new VersionKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Truth value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    out.writeLong(value.idHash());
    out.writeLong(value.revision());
    out.writeLong(value.predictedAtMillis());
    out.writeLong(value.finalAtMillis());
    out.writeBoolean(value.judged());
    out.writeDouble(value.score());
    out.writeBoolean(value.decision());
    out.writeBoolean(value.outcome());
  }

  @Override
  protected Truth read(int version, DataInputView in) throws IOException {
    return new Truth(
        KEY.deserialize(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        in.readDouble(),
        in.readBoolean(),
        in.readBoolean());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
