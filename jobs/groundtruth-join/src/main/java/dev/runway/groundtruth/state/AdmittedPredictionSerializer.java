package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.model.EntityKey;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * {@link AdmittedPrediction} between operators, and in rows that wait for the archive: its key,
 * then {@link PredictionLayout}, then whom it is about. Version 1 did not know that.
 */
public final class AdmittedPredictionSerializer extends VersionedSerializer<AdmittedPrediction> {
  public static final VersionedTypeInfo<AdmittedPrediction> TYPE =
      VersionedTypeInfo.of(AdmittedPrediction.class, new AdmittedPredictionSerializer());

  private static final JoinKeySerializer KEY = new JoinKeySerializer();

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(AdmittedPrediction event, DataOutputView out) throws IOException {
    KEY.serialize(event.key(), out);
    PredictionLayout.write(event, out);
    EntityKey entity = event.entity();
    out.writeBoolean(entity != null);
    if (entity != null) {
      out.writeLong(entity.high());
      out.writeLong(entity.low());
    }
  }

  @Override
  protected AdmittedPrediction read(int version, DataInputView in) throws IOException {
    JoinKey key = KEY.deserialize(in);
    AdmittedPrediction event = PredictionLayout.read(key, in);
    return version > 1 && in.readBoolean()
        ? event.about(new EntityKey(in.readLong(), in.readLong()))
        : event;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
