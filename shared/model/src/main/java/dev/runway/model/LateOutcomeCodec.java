package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link LateOutcome}, contract {@code schemas/late-outcome.schema.json}. */
public final class LateOutcomeCodec {
  private LateOutcomeCodec() {}

  /** Writes a late outcome: the outcome's own fields, and why it is late. */
  public static byte[] write(LateOutcome late) {
    return JsonBytes.object(
        out -> {
          OutcomeCodec.write(out, late.outcome());
          out.field("why", late.why().name());
          out.field("model_version", late.modelVersion());
          if (late.predictedAtMillis() != LateOutcome.NO_PREDICTION) {
            out.field("predicted_at", late.predictedAtMillis());
          }
        });
  }

  /**
   * Reads a late outcome.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static LateOutcome read(byte @Nullable [] bytes) throws MalformedEvent {
    OutcomeCodec.Fields outcome = new OutcomeCodec.Fields();
    LateOutcome.Why why = null;
    String modelVersion = null;
    long predictedAtMillis = LateOutcome.NO_PREDICTION;
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "why" -> why = json.constant(LateOutcome.Why.class);
          case "model_version" -> modelVersion = json.name();
          case "predicted_at" -> predictedAtMillis = json.instantMillis();
          default -> outcome.take(field, json);
        }
      }
      json.end();
    }
    if (why == null) {
      throw StrictJson.missing("why");
    }
    return new LateOutcome(outcome.outcome(), why, predictedAtMillis, modelVersion);
  }
}
