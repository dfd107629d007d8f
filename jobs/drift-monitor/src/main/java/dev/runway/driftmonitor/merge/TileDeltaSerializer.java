package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TileDelta} between operators. */
public final class TileDeltaSerializer extends VersionedSerializer<TileDelta> {
  public static final VersionedTypeInfo<TileDelta> TYPE =
      VersionedTypeInfo.of(TileDelta.class, new TileDeltaSerializer());

  private static final BaselineKeySerializer KEY = new BaselineKeySerializer();
  private static final SpanSerializer SPAN = new SpanSerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TileDelta value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    SPAN.serialize(value.minute(), out);
    out.writeLong(value.predictions());
    out.writeInt(value.tile().length);
    out.write(value.tile());
  }

  @Override
  protected TileDelta read(int version, DataInputView in) throws IOException {
    BaselineKey key = KEY.deserialize(in);
    Span minute = SPAN.deserialize(in);
    long predictions = in.readLong();
    byte[] tile = new byte[in.readInt()];
    in.readFully(tile);
    return new TileDelta(key, minute, predictions, tile);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
