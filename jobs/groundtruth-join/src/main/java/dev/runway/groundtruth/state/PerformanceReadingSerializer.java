package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link PerformanceReading} between operators that are not chained: as its JSON event. */
public final class PerformanceReadingSerializer extends VersionedSerializer<PerformanceReading> {
  public static final VersionedTypeInfo<PerformanceReading> TYPE =
      VersionedTypeInfo.of(PerformanceReading.class, new PerformanceReadingSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(PerformanceReading event, DataOutputView out) throws IOException {
    byte[] bytes = PerformanceReadingCodec.write(event);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  protected PerformanceReading read(int version, DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    try {
      return PerformanceReadingCodec.read(bytes);
    } catch (MalformedEvent e) {
      throw new IOException("written by this class, and yet unreadable: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
