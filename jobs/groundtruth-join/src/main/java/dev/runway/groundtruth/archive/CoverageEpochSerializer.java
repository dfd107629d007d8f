package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** State {@code coverage-epoch}: {@link CoverageEpoch}. */
public final class CoverageEpochSerializer extends VersionedSerializer<CoverageEpoch> {
  public static final VersionedTypeInfo<CoverageEpoch> TYPE =
      VersionedTypeInfo.of(CoverageEpoch.class, new CoverageEpochSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(CoverageEpoch epoch, DataOutputView out) throws IOException {
    out.writeUTF(epoch.id());
    out.writeUTF(epoch.folder());
    out.writeLong(epoch.from());
    out.writeLong(epoch.through());
  }

  @Override
  protected CoverageEpoch read(int version, DataInputView in) throws IOException {
    return new CoverageEpoch(in.readUTF(), in.readUTF(), in.readLong(), in.readLong());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
