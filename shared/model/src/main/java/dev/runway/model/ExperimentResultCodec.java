package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * JSON form of an {@link ExperimentResult}, contract {@code schemas/experiment-result.schema.json}.
 */
public final class ExperimentResultCodec {
  private ExperimentResultCodec() {}

  /** Writes a result. */
  public static byte[] write(ExperimentResult result) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", result.modelId());
          out.field("model_version", result.modelVersion());
          out.field("experiment", result.experiment());
          out.field("variant", result.variant());
          out.field("control", result.control());
          out.field("metric", result.metric());
          out.field("difference", result.difference());
          out.field("low", result.low());
          out.field("high", result.high());
          out.field("samples", result.samples());
          out.field("started_at", result.startedAtMillis());
          out.field("ended_at", result.endedAtMillis());
          out.field("revision", result.revision());
          out.field("control_value", result.controlValue());
          ExperimentResult.Better better = result.better();
          out.field("better", better == null ? null : better.name());
        });
  }

  /**
   * Reads a result.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static ExperimentResult read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.result();
  }

  private static final class Fields {
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private @Nullable String experiment;
    private @Nullable String variant;
    private @Nullable String control;
    private @Nullable String metric;
    private double difference = Double.NaN;
    private double low = Double.NaN;
    private double high = Double.NaN;
    private long samples = -1;
    private long startedAt = EventTime.NONE;
    private long endedAt = EventTime.NONE;
    private long revision = -1;
    private @Nullable Double controlValue;
    private ExperimentResult.@Nullable Better better;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "experiment" -> experiment = json.name();
        case "variant" -> variant = json.name();
        case "control" -> control = json.name();
        case "metric" -> metric = json.name();
        case "difference" -> difference = json.number();
        case "low" -> low = json.number();
        case "high" -> high = json.number();
        case "samples" -> samples = json.count();
        case "started_at" -> startedAt = json.instantMillis();
        case "ended_at" -> endedAt = json.instantMillis();
        case "revision" -> revision = json.count();
        case "control_value" -> controlValue = json.number();
        case "better" -> better = json.constant(ExperimentResult.Better.class);
        default -> json.skip();
      }
    }

    ExperimentResult result() throws MalformedEvent {
      ExperimentResult result =
          new ExperimentResult(
              Required.field("model_id", modelId),
              Required.field("model_version", modelVersion),
              Required.field("experiment", experiment),
              Required.field("variant", variant),
              Required.field("control", control),
              Required.field("metric", metric),
              Required.number("difference", difference),
              Required.number("low", low),
              Required.number("high", high),
              Required.count("samples", samples),
              Required.time("started_at", startedAt),
              Required.time("ended_at", endedAt),
              Required.count("revision", revision),
              controlValue,
              better);
      if (!(low <= difference && difference <= high)) {
        throw new MalformedEvent(Reason.BAD_VALUE, "difference", "must lie within low and high");
      }
      if (endedAt < startedAt) {
        throw new MalformedEvent(Reason.BAD_VALUE, "ended_at", "must not be before started_at");
      }
      return result;
    }
  }
}
