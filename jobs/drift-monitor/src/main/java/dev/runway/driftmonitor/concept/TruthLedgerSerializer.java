package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TruthLedger} in state: its own, which says its version. */
public final class TruthLedgerSerializer extends VersionedSerializer<TruthLedger> {
  public static final VersionedTypeInfo<TruthLedger> TYPE =
      VersionedTypeInfo.of(TruthLedger.class, new TruthLedgerSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TruthLedger value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected TruthLedger read(int version, DataInputView in) throws IOException {
    return TruthLedger.read(in);
  }
}
