package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.state.FinalTruthSerializer;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** What became of each prediction in the end, as the stream saw it. */
final class TruthRows implements RowFormat<GroundTruth> {
  static final String DATASET = "groundtruth";

  private static final long NO_DELAY = -1;
  private static final FinalTruthSerializer SERIALIZER = new FinalTruthSerializer();
  private static final Schema SCHEMA = Columns.schema(DATASET);

  @Override
  public String dataset() {
    return DATASET;
  }

  @Override
  public long atMillis(GroundTruth truth) {
    return truth.predictedAtMillis();
  }

  @Override
  public String modelId(GroundTruth truth) {
    return truth.modelId();
  }

  @Override
  public VersionedTypeInfo<GroundTruth> type() {
    return FinalTruthSerializer.TYPE;
  }

  @Override
  public VersionedSerializer<GroundTruth> serializer() {
    return SERIALIZER;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public GenericRecord columns(GroundTruth truth) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("model_id", truth.modelId());
    row.put("prediction_id", truth.predictionId());
    row.put("revision", truth.revision());
    row.put("status", truth.status().name());
    row.put("model_version", truth.modelVersion());
    row.put("predicted_at", truth.predictedAtMillis());
    row.put("score", Columns.orNull(truth.score()));
    row.put("label", truth.label());
    row.put("value", Columns.orNull(truth.value()));
    row.put("segment", truth.segment());
    row.put("variant", truth.variant());
    row.put("weight", truth.weight());
    row.put("actual_label", truth.actualLabel());
    row.put("actual_value", Columns.orNull(truth.actualValue()));
    if (truth.delayMillis() != NO_DELAY) {
      row.put("delay_millis", truth.delayMillis());
    }
    row.put("outcomes", truth.outcomes());
    return row;
  }

  @Override
  public GroundTruth event(GenericRecord row) {
    return new GroundTruth(
        Columns.text(row, "model_id"),
        Columns.text(row, "prediction_id"),
        Columns.integer(row, "revision"),
        Maturity.FINAL,
        LabelStatus.valueOf(Columns.text(row, "status")),
        Columns.text(row, "model_version"),
        Columns.integer(row, "predicted_at"),
        Columns.numberOr(row, "score", Double.NaN),
        Columns.textOrNull(row, "label"),
        Columns.numberOr(row, "value", Double.NaN),
        Columns.textOrNull(row, "segment"),
        Columns.textOrNull(row, "variant"),
        Columns.number(row, "weight"),
        Columns.textOrNull(row, "actual_label"),
        Columns.numberOr(row, "actual_value", Double.NaN),
        Columns.integerOr(row, "delay_millis", NO_DELAY),
        (int) Columns.integer(row, "outcomes"));
  }
}
