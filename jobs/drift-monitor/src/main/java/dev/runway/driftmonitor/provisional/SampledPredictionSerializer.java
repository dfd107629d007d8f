package dev.runway.driftmonitor.provisional;

import dev.runway.driftmonitor.merge.BaselineKeySerializer;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link SampledPrediction} between operators. */
public final class SampledPredictionSerializer extends VersionedSerializer<SampledPrediction> {
  public static final VersionedTypeInfo<SampledPrediction> TYPE =
      VersionedTypeInfo.of(SampledPrediction.class, new SampledPredictionSerializer());

  private static final BaselineKeySerializer KEY = new BaselineKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(SampledPrediction value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    out.writeLong(value.predictedAtMillis());
    out.writeLong(value.position());
    out.writeInt(value.features().length);
    out.write(value.features());
  }

  @Override
  protected SampledPrediction read(int version, DataInputView in) throws IOException {
    var key = KEY.deserialize(in);
    long predictedAt = in.readLong();
    long position = in.readLong();
    byte[] features = new byte[in.readInt()];
    in.readFully(features);
    return new SampledPrediction(key, predictedAt, position, features);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
