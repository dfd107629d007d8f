package dev.runway.embedding.state;

import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.model.EmbeddingStability;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Layout of {@link ToldPair} in state. Of version 1, which had another floor and the places of
 * rotations, only the basis is read, and of version 2 all but the floor: what it lacks would excuse
 * nothing or anything. Their pairs are compared anew.
 */
public final class ToldPairSerializer extends VersionedSerializer<ToldPair> {
  public static final VersionedTypeInfo<ToldPair> TYPE =
      VersionedTypeInfo.of(ToldPair.class, new ToldPairSerializer());

  private static final EmbeddingStabilitySerializer EVENTS = new EmbeddingStabilitySerializer();

  @Override
  public int version() {
    return 3;
  }

  @Override
  protected void write(ToldPair value, DataOutputView out) throws IOException {
    out.writeUTF(value.basis());
    NoiseFloor floor = value.floor();
    out.writeBoolean(floor != null);
    if (floor != null) {
      write(floor, out);
    }
    EmbeddingStability event = value.event();
    out.writeBoolean(event != null);
    if (event != null) {
      EVENTS.serialize(event, out);
    }
    out.writeLong(value.toldAtMillis());
  }

  private static void write(NoiseFloor floor, DataOutputView out) throws IOException {
    out.writeInt(floor.sampleSize());
    out.writeInt(floor.neighbours());
    out.writeDouble(floor.overlap());
    out.writeDouble(floor.cka());
    out.writeDouble(floor.alignedCosine());
    out.writeDouble(floor.instability());
    out.writeDouble(floor.neighboursLost());
    out.writeDouble(floor.cosinesLost());
    out.writeDouble(floor.normsChanged());
    out.writeDouble(floor.itemsMoved());
    out.writeDouble(floor.dimensionsMoved());
  }

  @Override
  protected ToldPair read(int version, DataInputView in) throws IOException {
    String basis = in.readUTF();
    if (version == 1) {
      skipFirstLayout(in);
      return new ToldPair(basis, null, null, Long.MIN_VALUE);
    }
    NoiseFloor floor = in.readBoolean() ? readFloor(version, in) : null;
    EmbeddingStability event = in.readBoolean() ? EVENTS.deserialize(in) : null;
    return new ToldPair(basis, floor, event, in.readLong());
  }

  private static void skipFirstLayout(DataInputView in) throws IOException {
    if (in.readBoolean()) {
      in.skipBytesToRead(2 * Integer.BYTES + 3 * Double.BYTES);
    }
    in.readUTF();
    in.readUTF();
  }

  private static @Nullable NoiseFloor readFloor(int version, DataInputView in) throws IOException {
    if (version == 2) {
      in.skipBytesToRead(2 * Integer.BYTES + 7 * Double.BYTES);
      return null;
    }
    return new NoiseFloor(
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
