package dev.runway.embedding.traffic;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link TrafficPart}: how many numbers, then little-endian doubles. */
public final class TrafficPartSerializer extends VersionedSerializer<TrafficPart> {
  public static final VersionedTypeInfo<TrafficPart> TYPE =
      VersionedTypeInfo.of(TrafficPart.class, new TrafficPartSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(TrafficPart value, DataOutputView out) throws IOException {
    out.writeInt(value.numbers().length);
    byte[] bytes = new byte[Double.BYTES * value.numbers().length];
    doubles(bytes).put(value.numbers());
    out.write(bytes);
  }

  @Override
  protected TrafficPart read(int version, DataInputView in) throws IOException {
    double[] numbers = new double[in.readInt()];
    byte[] bytes = new byte[Double.BYTES * numbers.length];
    in.readFully(bytes);
    doubles(bytes).get(numbers);
    return new TrafficPart(numbers);
  }

  private static DoubleBuffer doubles(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
