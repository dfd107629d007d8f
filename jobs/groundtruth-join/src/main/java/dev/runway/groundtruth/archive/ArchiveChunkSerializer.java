package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link ArchiveChunk} between operators. */
public final class ArchiveChunkSerializer extends VersionedSerializer<ArchiveChunk> {
  public static final VersionedTypeInfo<ArchiveChunk> TYPE =
      VersionedTypeInfo.of(ArchiveChunk.class, new ArchiveChunkSerializer());

  private static final ArchivePartSerializer PART = new ArchivePartSerializer();
  private static final RowBytesSerializer ROWS = new RowBytesSerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ArchiveChunk chunk, DataOutputView out) throws IOException {
    PART.serialize(chunk.part(), out);
    ROWS.serialize(chunk.rows(), out);
    out.writeBoolean(chunk.first());
    out.writeBoolean(chunk.last());
  }

  @Override
  protected ArchiveChunk read(int version, DataInputView in) throws IOException {
    return new ArchiveChunk(
        PART.deserialize(in), ROWS.deserialize(in), in.readBoolean(), in.readBoolean());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
