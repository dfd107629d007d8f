package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.Task;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link WindowKey}. It is a key of map state, so it never changes. */
public final class WindowKeySerializer extends VersionedSerializer<WindowKey> {
  public static final VersionedTypeInfo<WindowKey> TYPE =
      VersionedTypeInfo.key(WindowKey.class, new WindowKeySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(WindowKey value, DataOutputView out) throws IOException {
    out.writeByte(TermsLayout.code(value.task()));
    Compact.writeSpan(out, value.startMillis());
    Compact.writeSpan(out, value.endMillis() - value.startMillis());
    Compact.writeText(out, value.segment());
    Compact.writeText(out, value.variant());
  }

  @Override
  protected WindowKey read(int version, DataInputView in) throws IOException {
    Task task = TermsLayout.task(in.readUnsignedByte());
    long start = Compact.readSpan(in);
    long length = Compact.readSpan(in);
    return new WindowKey(task, start, start + length, Compact.readText(in), Compact.readText(in));
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
