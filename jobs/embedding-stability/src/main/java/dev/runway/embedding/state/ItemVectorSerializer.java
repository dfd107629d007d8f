package dev.runway.embedding.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ItemVector}: its fields, then the vector as little-endian floats. */
public final class ItemVectorSerializer extends VersionedSerializer<ItemVector> {
  public static final VersionedTypeInfo<ItemVector> TYPE =
      VersionedTypeInfo.of(ItemVector.class, new ItemVectorSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ItemVector value, DataOutputView out) throws IOException {
    out.writeUTF(value.itemId());
    out.writeLong(value.eventAtMillis());
    out.writeLong(value.storedAtMillis());
    out.writeInt(value.partition());
    out.writeLong(value.offset());
    out.writeLong(value.recordedAtMillis());
    out.writeShort(value.vector().length);
    byte[] bytes = new byte[Float.BYTES * value.vector().length];
    floats(bytes).put(value.vector());
    out.write(bytes);
  }

  @Override
  protected ItemVector read(int version, DataInputView in) throws IOException {
    String itemId = in.readUTF();
    long eventAt = in.readLong();
    long storedAt = in.readLong();
    int partition = in.readInt();
    long offset = in.readLong();
    long recordedAt = in.readLong();
    float[] vector = new float[in.readUnsignedShort()];
    byte[] bytes = new byte[Float.BYTES * vector.length];
    in.readFully(bytes);
    floats(bytes).get(vector);
    return new ItemVector(itemId, vector, eventAt, storedAt, partition, offset, recordedAt);
  }

  private static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
