package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.retraintrigger.state.StoredValue;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link FleetTick} in state and between operators, as a plain value. */
public final class FleetTickSerializer extends VersionedSerializer<FleetTick> {
  public static final VersionedTypeInfo<FleetTick> TYPE =
      VersionedTypeInfo.of(FleetTick.class, new FleetTickSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(FleetTick value, DataOutputView out) throws IOException {
    byte[] bytes = StoredValue.write(value);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  protected FleetTick read(int version, DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return StoredValue.read(bytes, FleetTick.class);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
