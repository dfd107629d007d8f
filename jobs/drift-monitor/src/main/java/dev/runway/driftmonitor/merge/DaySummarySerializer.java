package dev.runway.driftmonitor.merge;

import dev.runway.drift.window.DaySummary;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link DaySummary} in state: its own, which says its version. */
public final class DaySummarySerializer extends VersionedSerializer<DaySummary> {
  public static final VersionedTypeInfo<DaySummary> TYPE =
      VersionedTypeInfo.of(DaySummary.class, new DaySummarySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(DaySummary value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected DaySummary read(int version, DataInputView in) throws IOException {
    return DaySummary.read(in);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
