package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link AdmittedPrediction} between operators: its key, then {@link PredictionLayout}. */
public final class AdmittedPredictionSerializer extends VersionedSerializer<AdmittedPrediction> {
  public static final VersionedTypeInfo<AdmittedPrediction> TYPE =
      VersionedTypeInfo.of(AdmittedPrediction.class, new AdmittedPredictionSerializer());

  private static final JoinKeySerializer KEY = new JoinKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(AdmittedPrediction event, DataOutputView out) throws IOException {
    KEY.serialize(event.key(), out);
    PredictionLayout.write(event, out);
  }

  @Override
  protected AdmittedPrediction read(int version, DataInputView in) throws IOException {
    JoinKey key = KEY.deserialize(in);
    return PredictionLayout.read(key, in);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
