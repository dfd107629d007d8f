package dev.runway.flink;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.model.DeadLetter;
import dev.runway.model.Reason;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;
import org.jspecify.annotations.Nullable;

/**
 * Layout 1: topic, partition, offset, reason by name, field (null or text), detail, time, bytes,
 * size. Texts may be longer than 64 KB, so they are not written with writeUTF.
 */
final class DeadLetterSerializer extends VersionedSerializer<DeadLetter> {
  @Override
  public int version() {
    return 1;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  protected void write(DeadLetter letter, DataOutputView out) throws IOException {
    out.writeUTF(letter.topic());
    out.writeInt(letter.partition());
    out.writeLong(letter.offset());
    out.writeUTF(letter.reason().name());
    StringValue.writeString(letter.field(), out);
    StringValue.writeString(letter.detail(), out);
    out.writeLong(letter.recordedAtMillis());
    ByteFields.write(letter.bytes(), out);
    out.writeInt(letter.size());
  }

  @Override
  protected DeadLetter read(int version, DataInputView in) throws IOException {
    String topic = in.readUTF();
    int partition = in.readInt();
    long offset = in.readLong();
    Reason reason = Reason.valueOf(in.readUTF());
    @Nullable String field = StringValue.readString(in);
    String detail = StringValue.readString(in);
    return new DeadLetter(
        topic,
        partition,
        offset,
        reason,
        field,
        detail == null ? "" : detail,
        in.readLong(),
        ByteFields.read(in),
        in.readInt());
  }
}
