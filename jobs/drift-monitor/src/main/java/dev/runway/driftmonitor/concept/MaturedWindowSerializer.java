package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link MaturedWindow} between operators, and in state. */
public final class MaturedWindowSerializer extends VersionedSerializer<MaturedWindow> {
  public static final VersionedTypeInfo<MaturedWindow> TYPE =
      VersionedTypeInfo.of(MaturedWindow.class, new MaturedWindowSerializer());

  private static final VersionKeySerializer KEY = new VersionKeySerializer();
  private static final WindowSerializer WINDOW = new WindowSerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(MaturedWindow value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    WINDOW.serialize(value.window(), out);
    out.writeLong(value.knownAtMillis());
    out.writeLong(value.truths());
    out.writeLong(value.labels());
    out.writeLong(value.right());
    LabelledScores calibration = value.calibration();
    out.writeBoolean(calibration != null);
    if (calibration != null) {
      calibration.write(out);
    }
  }

  @Override
  protected MaturedWindow read(int version, DataInputView in) throws IOException {
    return new MaturedWindow(
        KEY.deserialize(in),
        WINDOW.deserialize(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readBoolean() ? LabelledScores.read(in) : null);
  }

  /** Nobody adds to a calibration that has been handed on. */
  @Override
  public boolean isImmutableType() {
    return true;
  }
}
