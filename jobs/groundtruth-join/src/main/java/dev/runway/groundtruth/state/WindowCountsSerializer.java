package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.window.WindowCounts;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link WindowCounts}: its own, which carries a version. */
public final class WindowCountsSerializer extends VersionedSerializer<WindowCounts> {
  public static final VersionedTypeInfo<WindowCounts> TYPE =
      VersionedTypeInfo.of(WindowCounts.class, new WindowCountsSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(WindowCounts value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected WindowCounts read(int version, DataInputView in) throws IOException {
    return WindowCounts.read(in);
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }
}
