package dev.runway.embedding.state;

import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Layout of {@link ToldPair} in state. */
public final class ToldPairSerializer extends VersionedSerializer<ToldPair> {
  public static final VersionedTypeInfo<ToldPair> TYPE =
      VersionedTypeInfo.of(ToldPair.class, new ToldPairSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ToldPair value, DataOutputView out) throws IOException {
    out.writeUTF(value.basis());
    NoiseFloor floor = value.floor();
    out.writeBoolean(floor != null);
    if (floor != null) {
      out.writeInt(floor.sampleSize());
      out.writeInt(floor.neighbours());
      out.writeDouble(floor.overlap());
      out.writeDouble(floor.cka());
      out.writeDouble(floor.alignedCosine());
    }
    writeText(value.rotation(), out);
    writeText(value.formerRotation(), out);
  }

  private static void writeText(@Nullable String text, DataOutputView out) throws IOException {
    out.writeUTF(text == null ? "" : text);
  }

  @Override
  protected ToldPair read(int version, DataInputView in) throws IOException {
    String basis = in.readUTF();
    NoiseFloor floor =
        in.readBoolean()
            ? new NoiseFloor(
                in.readInt(), in.readInt(), in.readDouble(), in.readDouble(), in.readDouble())
            : null;
    return new ToldPair(basis, floor, readText(in), readText(in));
  }

  private static @Nullable String readText(DataInputView in) throws IOException {
    String text = in.readUTF();
    return text.isEmpty() ? null : text;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
