package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link GroundTruth} between operators that are not chained: as its JSON event. */
public final class GroundTruthSerializer extends VersionedSerializer<GroundTruth> {
  public static final VersionedTypeInfo<GroundTruth> TYPE =
      VersionedTypeInfo.of(GroundTruth.class, new GroundTruthSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(GroundTruth event, DataOutputView out) throws IOException {
    byte[] bytes = GroundTruthCodec.write(event);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  protected GroundTruth read(int version, DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    try {
      return GroundTruthCodec.read(bytes);
    } catch (MalformedEvent e) {
      throw new IOException("written by this class, and yet unreadable: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
