package dev.runway.driftmonitor.provisional;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Baseline} between operators: its event. */
public final class BaselineSerializer extends VersionedSerializer<Baseline> {
  public static final VersionedTypeInfo<Baseline> TYPE =
      VersionedTypeInfo.of(Baseline.class, new BaselineSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Baseline value, DataOutputView out) throws IOException {
    byte[] event = BaselineCodec.write(value);
    out.writeInt(event.length);
    out.write(event);
  }

  @Override
  protected Baseline read(int version, DataInputView in) throws IOException {
    byte[] event = new byte[in.readInt()];
    in.readFully(event);
    try {
      return BaselineCodec.read(event);
    } catch (MalformedEvent e) {
      throw new IOException("a baseline that was written here: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
