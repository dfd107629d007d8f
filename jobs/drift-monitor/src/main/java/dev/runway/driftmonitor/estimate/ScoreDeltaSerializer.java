package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.VersionKeySerializer;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ScoreDelta} between operators. */
public final class ScoreDeltaSerializer extends VersionedSerializer<ScoreDelta> {
  public static final VersionedTypeInfo<ScoreDelta> TYPE =
      VersionedTypeInfo.of(ScoreDelta.class, new ScoreDeltaSerializer());

  private static final VersionKeySerializer KEY = new VersionKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ScoreDelta value, DataOutputView out) throws IOException {
    KEY.serialize(value.key(), out);
    out.writeLong(value.minuteMillis());
    value.tallies().write(out);
  }

  @Override
  protected ScoreDelta read(int version, DataInputView in) throws IOException {
    return new ScoreDelta(KEY.deserialize(in), in.readLong(), ScoreTallies.read(in));
  }
}
