package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ArchivePart}. It is a key of state, so it never changes. */
public final class ArchivePartSerializer extends VersionedSerializer<ArchivePart> {
  public static final VersionedTypeInfo<ArchivePart> TYPE =
      VersionedTypeInfo.key(ArchivePart.class, new ArchivePartSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ArchivePart part, DataOutputView out) throws IOException {
    out.writeUTF(part.dataset());
    out.writeLong(part.day());
    out.writeUTF(part.modelId());
  }

  @Override
  protected ArchivePart read(int version, DataInputView in) throws IOException {
    return new ArchivePart(in.readUTF(), in.readLong(), in.readUTF());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
