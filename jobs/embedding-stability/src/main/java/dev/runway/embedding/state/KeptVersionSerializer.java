package dev.runway.embedding.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link KeptVersion}; the first one did not know how far it reached before. */
public final class KeptVersionSerializer extends VersionedSerializer<KeptVersion> {
  public static final VersionedTypeInfo<KeptVersion> TYPE =
      VersionedTypeInfo.of(KeptVersion.class, new KeptVersionSerializer());

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(KeptVersion value, DataOutputView out) throws IOException {
    out.writeInt(value.dimensions());
    out.writeInt(value.items());
    out.writeLong(value.highest());
    out.writeLong(value.newestMillis());
    out.writeLong(value.changes());
    out.writeDouble(value.lowestRate());
    out.writeLong(value.lowestHighest());
  }

  @Override
  protected KeptVersion read(int version, DataInputView in) throws IOException {
    int dimensions = in.readInt();
    int items = in.readInt();
    long highest = in.readLong();
    long newest = in.readLong();
    long changes = in.readLong();
    return version == 1
        ? new KeptVersion(dimensions, items, highest, newest, changes, 1, highest)
        : new KeptVersion(
            dimensions, items, highest, newest, changes, in.readDouble(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
