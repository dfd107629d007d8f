package dev.runway.driftmonitor.merge;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Span}. It is a key of map state, so it never changes. */
public final class SpanSerializer extends VersionedSerializer<Span> {
  public static final VersionedTypeInfo<Span> TYPE =
      VersionedTypeInfo.key(Span.class, new SpanSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Span value, DataOutputView out) throws IOException {
    out.writeLong(value.startMillis());
    out.writeLong(value.endMillis());
    out.writeUTF(value.segment());
  }

  @Override
  protected Span read(int version, DataInputView in) throws IOException {
    long start = in.readLong();
    long end = in.readLong();
    return new Span(in.readUTF(), start, end);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
