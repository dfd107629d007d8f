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

/**
 * A final {@link GroundTruth} in some 60 bytes, a fifth of its JSON: they wait in state by the
 * million until they fill a file of the archive, over savepoints too: who changes the layout raises
 * the version, and goes on reading this one.
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
    Compact.writeIfPresent(out, truth.score());
    Compact.writeIfPresent(out, truth.label());
    Compact.writeIfPresent(out, truth.value());
    Compact.writeIfPresent(out, truth.segment());
    Compact.writeIfPresent(out, truth.variant());
    if (truth.weight() != 1) {
      out.writeDouble(truth.weight());
    }
    Compact.writeIfPresent(out, truth.actualLabel());
    Compact.writeIfPresent(out, truth.actualValue());
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
        Compact.readNumber(in, has(parts, SCORE)),
        Compact.readText(in, has(parts, LABEL)),
        Compact.readNumber(in, has(parts, VALUE)),
        Compact.readText(in, has(parts, SEGMENT)),
        Compact.readText(in, has(parts, VARIANT)),
        has(parts, WEIGHT) ? in.readDouble() : 1,
        Compact.readText(in, has(parts, ACTUAL_LABEL)),
        Compact.readNumber(in, has(parts, ACTUAL_VALUE)),
        Compact.readLong(in),
        Compact.readInt(in));
  }

  private static boolean has(int parts, int part) {
    return (parts & part) != 0;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }
}
