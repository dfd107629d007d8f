package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.WideCounts;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link WideCounts} in state: its own, which says its version. */
public final class WideCountsSerializer extends VersionedSerializer<WideCounts> {
  public static final VersionedTypeInfo<WideCounts> TYPE =
      VersionedTypeInfo.of(WideCounts.class, new WideCountsSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(WideCounts value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected WideCounts read(int version, DataInputView in) throws IOException {
    return WideCounts.read(in);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
