package dev.runway.groundtruth.archive;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.state.AdmittedOutcomeSerializer;
import dev.runway.model.Outcome;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Every admitted outcome: repeats, late ones and orphans too. */
final class OutcomeRows implements RowFormat<AdmittedOutcome> {
  static final String DATASET = "outcomes";

  private static final AdmittedOutcomeSerializer SERIALIZER = new AdmittedOutcomeSerializer();
  private static final Schema SCHEMA = Columns.schema(DATASET);

  @Override
  public String dataset() {
    return DATASET;
  }

  @Override
  public long atMillis(AdmittedOutcome event) {
    return event.observedAtMillis();
  }

  @Override
  public String modelId(AdmittedOutcome event) {
    return event.key().modelId();
  }

  @Override
  public VersionedTypeInfo<AdmittedOutcome> type() {
    return AdmittedOutcomeSerializer.TYPE;
  }

  @Override
  public VersionedSerializer<AdmittedOutcome> serializer() {
    return SERIALIZER;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public GenericRecord columns(AdmittedOutcome event) {
    GenericRecord row = new GenericData.Record(SCHEMA);
    row.put("model_id", event.key().modelId());
    row.put("prediction_id", event.key().predictionId());
    row.put("observed_at", event.observedAtMillis());
    row.put("sequence", event.sequence());
    if (event.retracts() != Outcome.RETRACTS_NOTHING) {
      row.put("retracts", event.retracts());
    }
    row.put("label", event.label());
    row.put("value", Columns.orNull(event.value()));
    row.put("item", event.item());
    row.put("actual", Columns.orNull(event.actual()));
    row.put("former_sample", event.formerSample());
    row.put("kafka_partition", event.partition());
    row.put("kafka_offset", event.offset());
    row.put("recorded_at", event.recordedAtMillis());
    return row;
  }

  @Override
  public AdmittedOutcome event(GenericRecord row) {
    return new AdmittedOutcome(
        JoinKey.of(Columns.text(row, "model_id"), Columns.text(row, "prediction_id")),
        Columns.integer(row, "observed_at"),
        Columns.integer(row, "sequence"),
        Columns.integerOr(row, "retracts", Outcome.RETRACTS_NOTHING),
        Columns.textOrNull(row, "label"),
        Columns.numberOr(row, "value", Double.NaN),
        Columns.textOrNull(row, "item"),
        Columns.numberOr(row, "actual", Double.NaN),
        Columns.flag(row, "former_sample"),
        (int) Columns.integer(row, "kafka_partition"),
        Columns.integer(row, "kafka_offset"),
        Columns.integer(row, "recorded_at"));
  }
}
