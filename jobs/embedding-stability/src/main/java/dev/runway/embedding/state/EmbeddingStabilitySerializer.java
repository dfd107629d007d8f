package dev.runway.embedding.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link EmbeddingStability} between operators, in its JSON: there are few, and they are long. */
public final class EmbeddingStabilitySerializer extends VersionedSerializer<EmbeddingStability> {
  public static final VersionedTypeInfo<EmbeddingStability> TYPE =
      VersionedTypeInfo.of(EmbeddingStability.class, new EmbeddingStabilitySerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(EmbeddingStability value, DataOutputView out) throws IOException {
    byte[] json = EmbeddingStabilityCodec.write(value);
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  protected EmbeddingStability read(int version, DataInputView in) throws IOException {
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      return EmbeddingStabilityCodec.read(json);
    } catch (MalformedEvent e) {
      throw new IOException("a result that its own codec refuses: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
