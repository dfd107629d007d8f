package dev.runway.retraintrigger.stream;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.retraintrigger.stream.SeenReading.Kind;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link SeenReading} in state and between operators: its fields in their order. */
public final class SeenReadingSerializer extends VersionedSerializer<SeenReading> {
  public static final VersionedTypeInfo<SeenReading> TYPE =
      VersionedTypeInfo.of(SeenReading.class, new SeenReadingSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(SeenReading value, DataOutputView out) throws IOException {
    out.writeUTF(value.modelId());
    out.writeUTF(value.modelVersion());
    out.writeUTF(value.topic());
    out.writeInt(value.partition());
    out.writeLong(value.offset());
    out.writeLong(value.appendedAtMillis());
    out.writeByte(value.kind().code);
    out.writeInt(value.value().length);
    out.write(value.value());
  }

  @Override
  protected SeenReading read(int version, DataInputView in) throws IOException {
    String modelId = in.readUTF();
    String modelVersion = in.readUTF();
    String topic = in.readUTF();
    int partition = in.readInt();
    long offset = in.readLong();
    long appendedAt = in.readLong();
    Kind kind = kind(in.readUnsignedByte());
    byte[] value = new byte[in.readInt()];
    in.readFully(value);
    return new SeenReading(
        modelId, modelVersion, topic, partition, offset, appendedAt, kind, value);
  }

  private static Kind kind(int code) throws IOException {
    for (Kind kind : Kind.values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IOException("a kind of reading of a later release: " + code);
  }

  @Override
  public boolean isImmutableType() {
    return true; // Nobody writes to its bytes.
  }
}
