package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.JoinKey;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** {@link AdmittedOutcome} between operators: its key, then {@link OutcomeLayout}. */
public final class AdmittedOutcomeSerializer extends VersionedSerializer<AdmittedOutcome> {
  public static final VersionedTypeInfo<AdmittedOutcome> TYPE =
      VersionedTypeInfo.of(AdmittedOutcome.class, new AdmittedOutcomeSerializer());

  private static final JoinKeySerializer KEY = new JoinKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(AdmittedOutcome event, DataOutputView out) throws IOException {
    KEY.serialize(event.key(), out);
    OutcomeLayout.write(event, out);
  }

  @Override
  protected AdmittedOutcome read(int version, DataInputView in) throws IOException {
    JoinKey key = KEY.deserialize(in);
    return OutcomeLayout.read(key, in);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
