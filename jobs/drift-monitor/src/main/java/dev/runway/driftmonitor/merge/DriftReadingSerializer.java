package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link DriftReading} between operators, in its JSON: there are few, and they are long. */
public final class DriftReadingSerializer extends VersionedSerializer<DriftReading> {
  public static final VersionedTypeInfo<DriftReading> TYPE =
      VersionedTypeInfo.of(DriftReading.class, new DriftReadingSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(DriftReading value, DataOutputView out) throws IOException {
    byte[] json = DriftReadingCodec.write(value);
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  protected DriftReading read(int version, DataInputView in) throws IOException {
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      return DriftReadingCodec.read(json);
    } catch (MalformedEvent e) {
      throw new IOException("a reading that its own codec refuses", e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
