package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** State {@code waiting-batch}: {@link WaitingBatch}. */
public final class WaitingBatchSerializer extends VersionedSerializer<WaitingBatch> {
  public static final VersionedTypeInfo<WaitingBatch> TYPE =
      VersionedTypeInfo.of(WaitingBatch.class, new WaitingBatchSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(WaitingBatch batch, DataOutputView out) throws IOException {
    out.writeLong(batch.chunks());
    out.writeLong(batch.bytes());
    out.writeLong(batch.dueAtMillis());
  }

  @Override
  protected WaitingBatch read(int version, DataInputView in) throws IOException {
    return new WaitingBatch(in.readLong(), in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
