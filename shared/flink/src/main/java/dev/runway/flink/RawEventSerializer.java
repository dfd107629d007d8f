package dev.runway.flink;

import dev.runway.flink.types.VersionedSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Layout 1: key, value (length -1 is null), topic, partition, offset, time, headers (count, then
 * name and value of each).
 */
final class RawEventSerializer extends VersionedSerializer<RawEvent> {
  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  protected void write(RawEvent event, DataOutputView out) throws IOException {
    ByteFields.writeNullable(event.key(), out);
    ByteFields.writeNullable(event.value(), out);
    out.writeUTF(event.topic());
    out.writeInt(event.partition());
    out.writeLong(event.offset());
    out.writeLong(event.kafkaTimestampMillis());
    out.writeByte(event.headers().size());
    for (RawHeader header : event.headers()) {
      out.writeUTF(header.name());
      ByteFields.write(header.value(), out);
    }
  }

  @Override
  protected RawEvent read(int version, DataInputView in) throws IOException {
    return new RawEvent(
        ByteFields.readNullable(in),
        ByteFields.readNullable(in),
        in.readUTF(),
        in.readInt(),
        in.readLong(),
        in.readLong(),
        readHeaders(in));
  }

  private static List<RawHeader> readHeaders(DataInputView in) throws IOException {
    int count = in.readByte();
    if (count == 0) {
      return List.of();
    }
    List<RawHeader> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(new RawHeader(in.readUTF(), ByteFields.read(in)));
    }
    return headers;
  }
}
