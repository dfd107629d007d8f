package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.ScoreTallies;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link ScoreTallies} in state: its own, which says its version. */
public final class ScoreTalliesSerializer extends VersionedSerializer<ScoreTallies> {
  public static final VersionedTypeInfo<ScoreTallies> TYPE =
      VersionedTypeInfo.of(ScoreTallies.class, new ScoreTalliesSerializer());

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(ScoreTallies value, DataOutputView out) throws IOException {
    value.write(out);
  }

  @Override
  protected ScoreTallies read(int version, DataInputView in) throws IOException {
    return ScoreTallies.read(in);
  }
}
