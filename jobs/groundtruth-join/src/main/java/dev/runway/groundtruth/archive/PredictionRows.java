package dev.runway.groundtruth.archive;

import dev.runway.drift.performance.Weight;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.Terms;
import dev.runway.groundtruth.state.AdmittedPredictionSerializer;
import dev.runway.model.EntityKey;
import dev.runway.model.LabelPolicy;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Every admitted prediction, repeats and conflicts too, with the terms it is judged by. */
final class PredictionRows implements RowFormat<AdmittedPrediction> {
  static final String DATASET = "predictions";

  private static final AdmittedPredictionSerializer SERIALIZER = new AdmittedPredictionSerializer();
  private static final Schema SCHEMA = Columns.schema(DATASET);

  @Override
  public String dataset() {
    return DATASET;
  }

  @Override
  public long atMillis(AdmittedPrediction event) {
    return event.predictedAtMillis();
  }

  @Override
  public String modelId(AdmittedPrediction event) {
    return event.key().modelId();
  }

  @Override
  public VersionedTypeInfo<AdmittedPrediction> type() {
    return AdmittedPredictionSerializer.TYPE;
  }

  @Override
  public VersionedSerializer<AdmittedPrediction> serializer() {
    return SERIALIZER;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public GenericRecord columns(AdmittedPrediction event) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("model_id", event.key().modelId());
    row.put("prediction_id", event.key().predictionId());
    row.put("model_version", event.version());
    row.put("predicted_at", event.predictedAtMillis());
    row.put("score", Columns.orNull(event.score()));
    row.put("label", event.label());
    row.put("value", Columns.orNull(event.value()));
    row.put("ranking", event.ranking());
    row.put("segment", event.segment());
    row.put("variant", event.variant());
    row.put("weight", Weight.toDouble(event.weightUnits()));
    row.put("decision", event.decision());
    putTerms(row, event.terms());
    row.put("fingerprint", event.fingerprint());
    row.put("kafka_partition", event.partition());
    row.put("kafka_offset", event.offset());
    row.put("recorded_at", event.recordedAtMillis());
    EntityKey entity = event.entity();
    row.put("entity_key", entity == null ? null : ByteBuffer.wrap(entity.bytes()));
    return row;
  }

  /** Whom a row is about; null when nobody knows. */
  static @Nullable EntityKey entity(GenericRecord row) {
    byte[] key = Columns.bytesOrNull(row, "entity_key");
    return key == null ? null : EntityKey.of(key);
  }

  private static void putTerms(GenericRecord row, Terms terms) {
    row.put("task", terms.task().name());
    row.put("label_policy", terms.policy().name());
    row.put("reduction", terms.reduction().name());
    row.put("horizon_millis", terms.horizonMillis());
    row.put("window_millis", terms.windowMillis());
    if (terms.policy() == LabelPolicy.IMPLICIT_NEGATIVE) {
      row.put("negative_after_millis", terms.negativeAfterMillis());
    }
    if (terms.policy() == LabelPolicy.GRADED) {
      row.put("positive_from", terms.positiveFrom());
    }
  }

  @Override
  public AdmittedPrediction event(GenericRecord row) {
    return new AdmittedPrediction(
        JoinKey.of(Columns.text(row, "model_id"), Columns.text(row, "prediction_id")),
        terms(row),
        Columns.text(row, "model_version"),
        Columns.integer(row, "predicted_at"),
        Columns.numberOr(row, "score", Double.NaN),
        Columns.flag(row, "decision"),
        Columns.textOrNull(row, "label"),
        Columns.numberOr(row, "value", Double.NaN),
        Columns.textsOrNull(row, "ranking"),
        Columns.textOrNull(row, "segment"),
        Columns.textOrNull(row, "variant"),
        Weight.ofDouble(Columns.number(row, "weight")),
        Columns.integer(row, "fingerprint"),
        (int) Columns.integer(row, "kafka_partition"),
        Columns.integer(row, "kafka_offset"),
        Columns.integer(row, "recorded_at"),
        entity(row));
  }

  private static Terms terms(GenericRecord row) {
    return new Terms(
        Task.valueOf(Columns.text(row, "task")),
        LabelPolicy.valueOf(Columns.text(row, "label_policy")),
        Reduction.valueOf(Columns.text(row, "reduction")),
        Columns.integer(row, "horizon_millis"),
        Columns.integerOr(row, "negative_after_millis", Terms.NEVER),
        Columns.integer(row, "window_millis"),
        Columns.numberOr(row, "positive_from", 0));
  }
}
