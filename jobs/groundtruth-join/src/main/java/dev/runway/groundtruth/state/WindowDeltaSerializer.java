package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowDelta;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link WindowDelta} between operators. */
public final class WindowDeltaSerializer extends VersionedSerializer<WindowDelta> {
  public static final VersionedTypeInfo<WindowDelta> TYPE =
      VersionedTypeInfo.of(WindowDelta.class, new WindowDeltaSerializer());

  private static final ModelVersionSerializer MODEL = new ModelVersionSerializer();
  private static final WindowKeySerializer WINDOW = new WindowKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(WindowDelta value, DataOutputView out) throws IOException {
    MODEL.serialize(value.model(), out);
    WINDOW.serialize(value.window(), out);
    value.counts().write(out);
  }

  @Override
  protected WindowDelta read(int version, DataInputView in) throws IOException {
    return new WindowDelta(MODEL.deserialize(in), WINDOW.deserialize(in), WindowCounts.read(in));
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }
}
