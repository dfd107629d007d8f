package dev.runway.embedding.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link SampledVector} between operators. */
public final class SampledVectorSerializer extends VersionedSerializer<SampledVector> {
  public static final VersionedTypeInfo<SampledVector> TYPE =
      VersionedTypeInfo.of(SampledVector.class, new SampledVectorSerializer());

  private static final ItemVectorSerializer ITEM = new ItemVectorSerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(SampledVector value, DataOutputView out) throws IOException {
    out.writeUTF(value.spaceId());
    out.writeUTF(value.version());
    out.writeLong(value.hash());
    ITEM.serialize(value.item(), out);
  }

  @Override
  protected SampledVector read(int version, DataInputView in) throws IOException {
    return new SampledVector(in.readUTF(), in.readUTF(), in.readLong(), ITEM.deserialize(in));
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
