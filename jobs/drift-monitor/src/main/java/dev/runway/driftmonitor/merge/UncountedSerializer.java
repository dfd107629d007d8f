package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Uncounted} in state. */
public final class UncountedSerializer extends VersionedSerializer<Uncounted> {
  public static final VersionedTypeInfo<Uncounted> TYPE =
      VersionedTypeInfo.of(Uncounted.class, new UncountedSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Uncounted value, DataOutputView out) throws IOException {
    out.writeLong(value.unknownFeatures());
    out.writeLong(value.weighted());
  }

  @Override
  protected Uncounted read(int version, DataInputView in) throws IOException {
    long unknownFeatures = in.readLong();
    return new Uncounted(unknownFeatures, in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
