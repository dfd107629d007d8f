package dev.runway.embedding.traffic;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.EmbeddingTrafficCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link EmbeddingTraffic} between operators, in its JSON: there are few. */
public final class EmbeddingTrafficSerializer extends VersionedSerializer<EmbeddingTraffic> {
  public static final VersionedTypeInfo<EmbeddingTraffic> TYPE =
      VersionedTypeInfo.of(EmbeddingTraffic.class, new EmbeddingTrafficSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(EmbeddingTraffic value, DataOutputView out) throws IOException {
    byte[] json = EmbeddingTrafficCodec.write(value);
    out.writeInt(json.length);
    out.write(json);
  }

  @Override
  protected EmbeddingTraffic read(int version, DataInputView in) throws IOException {
    byte[] json = new byte[in.readInt()];
    in.readFully(json);
    try {
      return EmbeddingTrafficCodec.read(json);
    } catch (MalformedEvent e) {
      throw new IOException("a reading that its own codec refuses: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
