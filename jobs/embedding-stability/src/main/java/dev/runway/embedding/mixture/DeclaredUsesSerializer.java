package dev.runway.embedding.mixture;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.EmbeddingUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link DeclaredUses}. */
public final class DeclaredUsesSerializer extends VersionedSerializer<DeclaredUses> {
  public static final VersionedTypeInfo<DeclaredUses> TYPE =
      VersionedTypeInfo.of(DeclaredUses.class, new DeclaredUsesSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(DeclaredUses value, DataOutputView out) throws IOException {
    out.writeUTF(value.modelId());
    out.writeUTF(value.modelVersion());
    out.writeLong(value.predictedAtMillis());
    out.writeDouble(value.weight());
    out.writeByte(value.uses().size());
    for (EmbeddingUse use : value.uses()) {
      out.writeUTF(use.spaceId());
      out.writeUTF(use.version());
    }
  }

  @Override
  protected DeclaredUses read(int version, DataInputView in) throws IOException {
    String model = in.readUTF();
    String modelVersion = in.readUTF();
    long predictedAt = in.readLong();
    double weight = in.readDouble();
    List<EmbeddingUse> uses = new ArrayList<>();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      uses.add(new EmbeddingUse(in.readUTF(), in.readUTF()));
    }
    return new DeclaredUses(model, modelVersion, predictedAt, weight, uses);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
