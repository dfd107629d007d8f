package dev.runway.driftmonitor.concept;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link Truth} between operators. */
public final class TruthSerializer extends VersionedSerializer<Truth> {
  public static final VersionedTypeInfo<Truth> TYPE =
      VersionedTypeInfo.of(Truth.class, new TruthSerializer());

  /** Had scores only, and no segments. */
  private static final int OF_SCORES = 1;

  private static final VersionKeySerializer KEY = new VersionKeySerializer();

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(Truth value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    out.writeLong(value.idHash());
    out.writeLong(value.revision());
    out.writeLong(value.predictedAtMillis());
    out.writeLong(value.finalAtMillis());
    out.writeBoolean(value.judged());
    out.writeDouble(value.score());
    out.writeBoolean(value.decision());
    out.writeBoolean(value.outcome());
    String segment = value.segment();
    out.writeBoolean(segment != null);
    if (segment != null) {
      out.writeUTF(segment);
    }
    out.writeDouble(value.value());
    out.writeDouble(value.residual());
  }

  @Override
  protected Truth read(int version, DataInputView in) throws IOException {
    Truth scored =
        new Truth(
            KEY.deserialize(in),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readBoolean(),
            in.readDouble(),
            in.readBoolean(),
            in.readBoolean());
    return version == OF_SCORES
        ? scored
        : scored.with(in.readBoolean() ? in.readUTF() : null, in.readDouble(), in.readDouble());
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
