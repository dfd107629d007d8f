package dev.runway.groundtruth.state;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * A final {@link GroundTruth} in some 60 bytes, a fifth of its JSON: they wait in state by the
 * million until they fill a file of the archive.
 */
public final class FinalTruthSerializer extends VersionedSerializer<GroundTruth> {
  public static final VersionedTypeInfo<GroundTruth> TYPE =
      VersionedTypeInfo.of(GroundTruth.class, new FinalTruthSerializer());

  private static final JoinKeySerializer KEY = new JoinKeySerializer();

  // Places in this list are stored: append only.
  private static final List<LabelStatus> STATUSES =
      List.of(LabelStatus.LABELLED, LabelStatus.NEGATIVE_BY_DEFAULT, LabelStatus.UNLABELLED);

  private static final int SCORE = 1;
  private static final int LABEL = 1 << 1;
  private static final int VALUE = 1 << 2;
  private static final int SEGMENT = 1 << 3;
  private static final int VARIANT = 1 << 4;
  private static final int WEIGHT = 1 << 5;
  private static final int ACTUAL_LABEL = 1 << 6;
  private static final int ACTUAL_VALUE = 1 << 7;

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(GroundTruth truth, DataOutputView out) throws IOException {
    if (truth.maturity() != Maturity.FINAL) {
      throw new IllegalArgumentException("not final yet: " + truth);
    }
    KEY.serialize(JoinKey.of(truth.modelId(), truth.predictionId()), out);
    out.writeByte(parts(truth));
    out.writeByte(STATUSES.indexOf(truth.status()));
    Compact.writeLong(out, truth.revision() - GroundTruth.FINAL_REVISION);
    Compact.writeText(out, truth.modelVersion());
    Compact.writeLong(out, truth.predictedAtMillis());
    writeIfPresent(truth.score(), out);
    writeIfPresent(truth.label(), out);
    writeIfPresent(truth.value(), out);
    writeIfPresent(truth.segment(), out);
    writeIfPresent(truth.variant(), out);
    if (truth.weight() != 1) {
      out.writeDouble(truth.weight());
    }
    writeIfPresent(truth.actualLabel(), out);
    writeIfPresent(truth.actualValue(), out);
    Compact.writeLong(out, truth.delayMillis());
    Compact.writeLong(out, truth.outcomes());
  }

  private static int parts(GroundTruth truth) {
    return (Double.isNaN(truth.score()) ? 0 : SCORE)
        | (truth.label() == null ? 0 : LABEL)
        | (Double.isNaN(truth.value()) ? 0 : VALUE)
        | (truth.segment() == null ? 0 : SEGMENT)
        | (truth.variant() == null ? 0 : VARIANT)
        | (truth.weight() == 1 ? 0 : WEIGHT)
        | (truth.actualLabel() == null ? 0 : ACTUAL_LABEL)
        | (Double.isNaN(truth.actualValue()) ? 0 : ACTUAL_VALUE);
  }

  @Override
  protected GroundTruth read(int version, DataInputView in) throws IOException {
    JoinKey key = KEY.deserialize(in);
    int parts = in.readUnsignedByte();
    LabelStatus status = STATUSES.get(in.readUnsignedByte());
    return new GroundTruth(
        key.modelId(),
        key.predictionId(),
        GroundTruth.FINAL_REVISION + Compact.readLong(in),
        Maturity.FINAL,
        status,
        Compact.readText(in),
        Compact.readLong(in),
        number(parts, SCORE, in),
        text(parts, LABEL, in),
        number(parts, VALUE, in),
        text(parts, SEGMENT, in),
        text(parts, VARIANT, in),
        (parts & WEIGHT) == 0 ? 1 : in.readDouble(),
        text(parts, ACTUAL_LABEL, in),
        number(parts, ACTUAL_VALUE, in),
        Compact.readLong(in),
        Compact.readInt(in));
  }

  private static void writeIfPresent(double number, DataOutputView out) throws IOException {
    if (!Double.isNaN(number)) {
      out.writeDouble(number);
    }
  }

  private static void writeIfPresent(@Nullable String text, DataOutputView out) throws IOException {
    if (text != null) {
      Compact.writeText(out, text);
    }
  }

  private static double number(int parts, int part, DataInputView in) throws IOException {
    return (parts & part) == 0 ? Double.NaN : in.readDouble();
  }

  private static @Nullable String text(int parts, int part, DataInputView in) throws IOException {
    return (parts & part) == 0 ? null : Compact.readText(in);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
