package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link VersionWatch} in state: its own, which says its version. */
final class VersionWatchSerializer extends VersionedSerializer<VersionWatch> {
  static final VersionedTypeInfo<VersionWatch> TYPE =
      VersionedTypeInfo.of(VersionWatch.class, new VersionWatchSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(VersionWatch value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected VersionWatch read(int version, DataInputView in) throws IOException {
    return VersionWatch.read(in);
  }
}
