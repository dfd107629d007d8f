package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link GroundTruth}, contract {@code schemas/groundtruth.schema.json}. */
public final class GroundTruthCodec {
  private GroundTruthCodec() {}

  /** Writes a record. */
  public static byte[] write(GroundTruth truth) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", truth.modelId());
          out.field("prediction_id", truth.predictionId());
          out.field("revision", truth.revision());
          out.field("maturity", truth.maturity().name());
          out.field("status", truth.status().name());
          out.field("model_version", truth.modelVersion());
          out.field("predicted_at", truth.predictedAtMillis());
          out.field("score", truth.score());
          out.field("label", truth.label());
          out.field("value", truth.value());
          out.field("segment", truth.segment());
          out.field("variant", truth.variant());
          out.field("weight", truth.weight());
          out.field("actual_label", truth.actualLabel());
          out.field("actual_value", truth.actualValue());
          if (truth.delayMillis() >= 0) {
            out.field("delay_millis", truth.delayMillis());
          }
          out.field("outcomes", truth.outcomes());
        });
  }

  /**
   * Reads a record.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static GroundTruth read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.truth();
  }

  private static final class Fields {
    private @Nullable String modelId;
    private @Nullable String predictionId;
    private @Nullable String modelVersion;
    private @Nullable Maturity maturity;
    private @Nullable LabelStatus status;
    private long revision = -1;
    private long predictedAtMillis = EventTime.NONE;
    private double score = Double.NaN;
    private @Nullable String label;
    private double value = Double.NaN;
    private @Nullable String segment;
    private @Nullable String variant;
    private double weight = 1;
    private @Nullable String actualLabel;
    private double actualValue = Double.NaN;
    private long delayMillis = -1;
    private int outcomes;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "prediction_id" -> predictionId = json.id();
        case "revision" -> revision = json.count();
        case "maturity" -> maturity = json.constant(Maturity.class);
        case "status" -> status = json.constant(LabelStatus.class);
        case "model_version" -> modelVersion = json.name();
        case "predicted_at" -> predictedAtMillis = json.instantMillis();
        case "score" -> score = json.number(0, 1);
        case "label" -> label = json.name();
        case "value" -> value = json.number();
        case "segment" -> segment = json.name();
        case "variant" -> variant = json.text(Limits.MAX_ARM);
        case "weight" -> weight = json.number(0, Double.MAX_VALUE);
        case "actual_label" -> actualLabel = json.name();
        case "actual_value" -> actualValue = json.number();
        case "delay_millis" -> delayMillis = json.count();
        case "outcomes" -> outcomes = (int) json.integer(0, Integer.MAX_VALUE);
        default -> json.skip();
      }
    }

    GroundTruth truth() throws MalformedEvent {
      if (modelId == null) {
        throw StrictJson.missing("model_id");
      }
      if (predictionId == null) {
        throw StrictJson.missing("prediction_id");
      }
      if (modelVersion == null) {
        throw StrictJson.missing("model_version");
      }
      if (predictedAtMillis == EventTime.NONE) {
        throw StrictJson.missing("predicted_at");
      }
      if (revision < 0) {
        throw StrictJson.missing("revision");
      }
      if (maturity == null) {
        throw StrictJson.missing("maturity");
      }
      if (status == null) {
        throw StrictJson.missing("status");
      }
      return new GroundTruth(
          modelId,
          predictionId,
          revision,
          maturity,
          status,
          modelVersion,
          predictedAtMillis,
          score,
          label,
          value,
          segment,
          variant,
          weight,
          actualLabel,
          actualValue,
          delayMillis,
          outcomes);
    }
  }
}
