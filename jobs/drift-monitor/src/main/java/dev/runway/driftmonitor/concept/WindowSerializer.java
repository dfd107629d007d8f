package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Window}. It is a key of map state, so it never changes. */
public final class WindowSerializer extends VersionedSerializer<Window> {
  public static final VersionedTypeInfo<Window> TYPE =
      VersionedTypeInfo.key(Window.class, new WindowSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Window value, DataOutputView out) throws IOException {
    out.writeLong(value.startMillis());
    out.writeLong(value.endMillis());
  }

  @Override
  protected Window read(int version, DataInputView in) throws IOException {
    return new Window(in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
