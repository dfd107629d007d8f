package dev.runway.model;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON form of an {@link Outcome}, contract {@code schemas/outcome.schema.json}. */
public final class OutcomeCodec {
  private OutcomeCodec() {}

  /**
   * Reads an outcome.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Outcome read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.outcome();
  }

  /** Writes an outcome. */
  public static byte[] write(Outcome outcome) {
    return JsonBytes.object(out -> write(out, outcome));
  }

  /** Writes the fields of an outcome into an object that may hold more. */
  static void write(JsonBytes out, Outcome outcome) throws IOException {
    out.field("prediction_id", outcome.predictionId());
    out.field("model_id", outcome.modelId());
    out.field("observed_at", outcome.observedAtMillis());
    out.field("label", outcome.label());
    out.field("value", outcome.value());
    out.field("item", outcome.item());
    out.field("sequence", outcome.sequence());
    if (outcome.retractsSomething()) {
      out.field("retracts", outcome.retracts());
    }
  }

  /** Collects the fields of an outcome as they come. */
  static final class Fields {
    private @Nullable String predictionId;
    private @Nullable String modelId;
    private long observedAtMillis;
    private boolean timed;
    private @Nullable String label;
    private double value = Double.NaN;
    private @Nullable String item;
    private long sequence;
    private long retracts = Outcome.RETRACTS_NOTHING;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "prediction_id" -> predictionId = json.id();
        case "model_id" -> modelId = json.id();
        case "observed_at" -> {
          observedAtMillis = json.instantMillis();
          timed = true;
        }
        default -> {
          if (json.isNull()) {
            return;
          }
          takeOptional(field, json);
        }
      }
    }

    private void takeOptional(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "label" -> label = PredictionCodec.labelOf(json);
        case "value" -> value = json.number(-Limits.MAX_VALUE, Limits.MAX_VALUE);
        case "item" -> item = json.id();
        case "sequence" -> sequence = json.count();
        case "retracts" -> retracts = json.count();
        default -> json.skip();
      }
    }

    Outcome outcome() throws MalformedEvent {
      if (predictionId == null) {
        throw StrictJson.missing("prediction_id");
      }
      if (modelId == null) {
        throw StrictJson.missing("model_id");
      }
      if (!timed) {
        throw StrictJson.missing("observed_at");
      }
      Outcome outcome =
          new Outcome(
              predictionId, modelId, observedAtMillis, label, value, item, sequence, retracts);
      if (!outcome.observesSomething() && !outcome.retractsSomething()) {
        throw StrictJson.missing("label, value or retracts");
      }
      if (outcome.retractsSomething() && outcome.retracts() == outcome.sequence()) {
        throw new MalformedEvent(
            Reason.BAD_VALUE, "retracts", "an outcome cannot retract its own sequence");
      }
      return outcome;
    }
  }
}
