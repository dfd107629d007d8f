package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.Verdict;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * {@link Contribution} between operators: the prediction's key and {@link PredictionLayout}, then
 * what changes. The join and the bundling are chained, so this is used only where chaining is
 * switched off.
 */
public final class ContributionSerializer extends VersionedSerializer<Contribution> {
  public static final VersionedTypeInfo<Contribution> TYPE =
      VersionedTypeInfo.of(Contribution.class, new ContributionSerializer());

  private static final JoinKeySerializer KEY = new JoinKeySerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(Contribution change, DataOutputView out) throws IOException {
    KEY.serialize(change.prediction().key(), out);
    PredictionLayout.write(change.prediction(), out);
    out.writeByte(change.sign());
    Compact.writeLong(out, change.repeats());
    Compact.writeLong(out, change.conflicts());
    Compact.writeLong(out, change.revision());
    if (change.verdict() != null) {
      writeVerdict(change.verdict(), out);
    }
  }

  private static void writeVerdict(Verdict verdict, DataOutputView out) throws IOException {
    Compact.writeLong(out, verdict.revision());
    out.writeUTF(verdict.maturity().name());
    out.writeUTF(verdict.status().name());
    out.writeDouble(verdict.actual());
    out.writeUTF(verdict.actualLabel() == null ? "" : verdict.actualLabel());
    double[] relevances = verdict.relevances();
    out.writeInt(relevances == null ? -1 : relevances.length);
    if (relevances != null) {
      for (double relevance : relevances) {
        out.writeDouble(relevance);
      }
    }
    Compact.writeLong(out, verdict.delayMillis());
    out.writeInt(verdict.outcomes());
  }

  @Override
  protected Contribution read(int version, DataInputView in) throws IOException {
    JoinKey key = KEY.deserialize(in);
    AdmittedPrediction prediction = PredictionLayout.read(key, in);
    int sign = in.readByte();
    int repeats = Compact.readInt(in);
    int conflicts = Compact.readInt(in);
    long revision = Compact.readLong(in);
    // A verdict is there exactly when it enters or leaves.
    Verdict verdict = sign == 0 ? null : readVerdict(in);
    return new Contribution(prediction, verdict, sign, repeats, conflicts, revision);
  }

  private static Verdict readVerdict(DataInputView in) throws IOException {
    long revision = Compact.readLong(in);
    Maturity maturity = Maturity.valueOf(in.readUTF());
    LabelStatus status = LabelStatus.valueOf(in.readUTF());
    double actual = in.readDouble();
    String actualLabel = in.readUTF();
    double[] relevances = readRelevances(in);
    return new Verdict(
        revision,
        maturity,
        status,
        actual,
        actualLabel.isEmpty() ? null : actualLabel,
        relevances,
        Compact.readLong(in),
        in.readInt());
  }

  private static double @Nullable [] readRelevances(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    double[] relevances = new double[length];
    for (int i = 0; i < length; i++) {
      relevances[i] = in.readDouble();
    }
    return relevances;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
