package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.MalformedEvent;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link LateOutcome} between operators that are not chained: as its JSON event. */
public final class LateOutcomeSerializer extends VersionedSerializer<LateOutcome> {
  public static final VersionedTypeInfo<LateOutcome> TYPE =
      VersionedTypeInfo.of(LateOutcome.class, new LateOutcomeSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(LateOutcome event, DataOutputView out) throws IOException {
    byte[] bytes = LateOutcomeCodec.write(event);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  @Override
  protected LateOutcome read(int version, DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    try {
      return LateOutcomeCodec.read(bytes);
    } catch (MalformedEvent e) {
      throw new IOException("written by this class, and yet unreadable: " + e.detail(), e);
    }
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
