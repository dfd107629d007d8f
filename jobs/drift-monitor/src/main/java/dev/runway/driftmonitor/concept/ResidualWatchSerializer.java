package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ResidualWatch} in state: its own, which says its version. */
final class ResidualWatchSerializer extends VersionedSerializer<ResidualWatch> {
  static final VersionedTypeInfo<ResidualWatch> TYPE =
      VersionedTypeInfo.of(ResidualWatch.class, new ResidualWatchSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ResidualWatch value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected ResidualWatch read(int version, DataInputView in) throws IOException {
    return ResidualWatch.read(in);
  }
}
