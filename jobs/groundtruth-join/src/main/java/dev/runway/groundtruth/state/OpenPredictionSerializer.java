package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.OpenPrediction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * State {@code open-prediction}. The key is left out: Flink keeps it beside the value, and {@link
 * OpenPrediction#under} puts it back.
 */
public final class OpenPredictionSerializer extends VersionedSerializer<OpenPrediction> {
  public static final VersionedTypeInfo<OpenPrediction> TYPE =
      VersionedTypeInfo.of(OpenPrediction.class, new OpenPredictionSerializer());

  private static final int PREDICTION = 1;
  private static final int OUTCOMES = 1 << 1;
  private static final int COUNTS = 1 << 2;
  private static final int NEGATIVE_DUE = 1 << 3;
  private static final int CLOSED = 1 << 4;

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(OpenPrediction open, DataOutputView out) throws IOException {
    boolean counts = (open.repeats() | open.conflicts() | open.evictions()) != 0;
    AdmittedPrediction prediction = open.prediction();
    List<AdmittedOutcome> outcomes = open.outcomes();
    out.writeByte(
        (prediction == null ? 0 : PREDICTION)
            | (outcomes.isEmpty() ? 0 : OUTCOMES)
            | (counts ? COUNTS : 0)
            | (open.negativeDue() ? NEGATIVE_DUE : 0)
            | (open.closed() ? CLOSED : 0));
    if (prediction != null) {
      PredictionLayout.write(prediction, out);
    }
    if (!outcomes.isEmpty()) {
      Compact.writeLong(out, outcomes.size());
      for (AdmittedOutcome outcome : outcomes) {
        OutcomeLayout.write(outcome, out);
      }
    }
    if (counts) {
      Compact.writeLong(out, open.repeats());
      Compact.writeLong(out, open.conflicts());
      Compact.writeLong(out, open.evictions());
    }
  }

  @Override
  protected OpenPrediction read(int version, DataInputView in) throws IOException {
    int parts = in.readUnsignedByte();
    AdmittedPrediction prediction =
        has(parts, PREDICTION) ? PredictionLayout.read(JoinKey.NONE, in) : null;
    List<AdmittedOutcome> outcomes = has(parts, OUTCOMES) ? readOutcomes(in) : List.of();
    boolean counts = has(parts, COUNTS);
    int repeats = counts ? Compact.readInt(in) : 0;
    int conflicts = counts ? Compact.readInt(in) : 0;
    int evictions = counts ? Compact.readInt(in) : 0;
    return OpenPrediction.restore(
        prediction,
        outcomes,
        repeats,
        conflicts,
        evictions,
        has(parts, NEGATIVE_DUE),
        has(parts, CLOSED));
  }

  private static List<AdmittedOutcome> readOutcomes(DataInputView in) throws IOException {
    int size = Compact.readInt(in);
    List<AdmittedOutcome> outcomes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      outcomes.add(OutcomeLayout.read(JoinKey.NONE, in));
    }
    return outcomes;
  }

  private static boolean has(int parts, int part) {
    return (parts & part) != 0;
  }
}
