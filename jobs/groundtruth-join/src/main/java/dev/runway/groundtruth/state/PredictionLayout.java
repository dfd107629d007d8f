package dev.runway.groundtruth.state;

import dev.runway.drift.performance.Weight;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.Terms;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layout 1 of {@link AdmittedPrediction} without its key and without whom it is about: about 45
 * bytes for a binary model.
 *
 * <p>Three serializers write it. Besides open predictions, rows for the archive wait in savepoints
 * in this form, under the version of {@link AdmittedPredictionSerializer}: who changes it raises
 * the versions of all three, and goes on reading this one.
 */
final class PredictionLayout {
  private static final int SCORE = 1;
  private static final int LABEL = 1 << 1;
  private static final int VALUE = 1 << 2;
  private static final int RANKING = 1 << 3;
  private static final int SEGMENT = 1 << 4;
  private static final int VARIANT = 1 << 5;
  private static final int DECISION = 1 << 6;
  private static final int WEIGHT = 1 << 7;

  private PredictionLayout() {}

  static void write(AdmittedPrediction prediction, DataOutput out) throws IOException {
    out.writeByte(parts(prediction));
    TermsLayout.write(prediction.terms(), out);
    Compact.writeText(out, prediction.version());
    Compact.writeLong(out, prediction.predictedAtMillis());
    out.writeLong(prediction.fingerprint());
    Compact.writeLong(out, prediction.partition());
    Compact.writeLong(out, prediction.offset());
    Compact.writeLong(out, prediction.recordedAtMillis());
    Compact.writeIfPresent(out, prediction.score());
    Compact.writeIfPresent(out, prediction.label());
    Compact.writeIfPresent(out, prediction.value());
    writeIfPresent(prediction.ranking(), out);
    Compact.writeIfPresent(out, prediction.segment());
    Compact.writeIfPresent(out, prediction.variant());
    if (prediction.weightUnits() != Weight.ONE) {
      Compact.writeLong(out, prediction.weightUnits());
    }
  }

  private static int parts(AdmittedPrediction prediction) {
    return (Double.isNaN(prediction.score()) ? 0 : SCORE)
        | (prediction.label() == null ? 0 : LABEL)
        | (Double.isNaN(prediction.value()) ? 0 : VALUE)
        | (prediction.ranking() == null ? 0 : RANKING)
        | (prediction.segment() == null ? 0 : SEGMENT)
        | (prediction.variant() == null ? 0 : VARIANT)
        | (prediction.decision() ? DECISION : 0)
        | (prediction.weightUnits() == Weight.ONE ? 0 : WEIGHT);
  }

  static AdmittedPrediction read(JoinKey key, DataInput in) throws IOException {
    int parts = in.readUnsignedByte();
    Terms terms = TermsLayout.read(in);
    String version = Compact.readText(in);
    long predictedAt = Compact.readLong(in);
    long fingerprint = in.readLong();
    int partition = Compact.readInt(in);
    long offset = Compact.readLong(in);
    long recordedAt = Compact.readLong(in);
    double score = Compact.readNumber(in, has(parts, SCORE));
    String label = Compact.readText(in, has(parts, LABEL));
    double value = Compact.readNumber(in, has(parts, VALUE));
    List<String> ranking = has(parts, RANKING) ? readTexts(in) : null;
    String segment = Compact.readText(in, has(parts, SEGMENT));
    String variant = Compact.readText(in, has(parts, VARIANT));
    long weightUnits = has(parts, WEIGHT) ? Compact.readLong(in) : Weight.ONE;
    return new AdmittedPrediction(
        key,
        terms,
        version,
        predictedAt,
        score,
        has(parts, DECISION),
        label,
        value,
        ranking,
        segment,
        variant,
        weightUnits,
        fingerprint,
        partition,
        offset,
        recordedAt);
  }

  private static boolean has(int parts, int part) {
    return (parts & part) != 0;
  }

  private static void writeIfPresent(@Nullable List<String> texts, DataOutput out)
      throws IOException {
    if (texts != null) {
      Compact.writeLong(out, texts.size());
      for (String text : texts) {
        Compact.writeText(out, text);
      }
    }
  }

  private static List<String> readTexts(DataInput in) throws IOException {
    int size = Compact.readInt(in);
    List<String> texts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      texts.add(Compact.readText(in));
    }
    return texts;
  }
}
