package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TruthDelta} between operators. */
public final class TruthDeltaSerializer extends VersionedSerializer<TruthDelta> {
  public static final VersionedTypeInfo<TruthDelta> TYPE =
      VersionedTypeInfo.of(TruthDelta.class, new TruthDeltaSerializer());

  private static final VersionKeySerializer KEY = new VersionKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TruthDelta value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    out.writeLong(value.minuteMillis());
    value.ledger().write(out);
  }

  @Override
  protected TruthDelta read(int version, DataInputView in) throws IOException {
    return new TruthDelta(KEY.deserialize(in), in.readLong(), TruthLedger.read(in));
  }
}
