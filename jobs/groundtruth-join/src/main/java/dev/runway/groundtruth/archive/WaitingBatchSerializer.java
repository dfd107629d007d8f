package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * State {@code waiting-batch}: {@link WaitingBatch}. Version 1 did not know since when they wait.
 */
public final class WaitingBatchSerializer extends VersionedSerializer<WaitingBatch> {
  public static final VersionedTypeInfo<WaitingBatch> TYPE =
      VersionedTypeInfo.of(WaitingBatch.class, new WaitingBatchSerializer());

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(WaitingBatch batch, DataOutputView out) throws IOException {
    out.writeLong(batch.chunks());
    out.writeLong(batch.bytes());
    out.writeLong(batch.dueAtMillis());
    out.writeLong(batch.since());
  }

  @Override
  protected WaitingBatch read(int version, DataInputView in) throws IOException {
    return new WaitingBatch(
        in.readLong(), in.readLong(), in.readLong(), version == 1 ? Long.MIN_VALUE : in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
