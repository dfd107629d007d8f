package dev.runway.embedding.mixture;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixtureCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link EmbeddingMixture} between operators, in its JSON: there are few. */
public final class EmbeddingMixtureSerializer extends VersionedSerializer<EmbeddingMixture> {
  public static final VersionedTypeInfo<EmbeddingMixture> TYPE =
      VersionedTypeInfo.of(EmbeddingMixture.class, new EmbeddingMixtureSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(EmbeddingMixture value, DataOutputView out) throws IOException {
    byte[] json = EmbeddingMixtureCodec.write(value);
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  protected EmbeddingMixture read(int version, DataInputView in) throws IOException {
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      return EmbeddingMixtureCodec.read(json);
    } catch (MalformedEvent e) {
      throw new IOException("a reading that its own codec refuses: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
