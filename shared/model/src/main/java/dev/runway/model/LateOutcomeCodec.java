package dev.runway.model;

/** JSON form of a {@link LateOutcome}, contract {@code schemas/late-outcome.schema.json}. */
public final class LateOutcomeCodec {
  private LateOutcomeCodec() {}

  /** Writes a late outcome: the outcome's own fields, and why it is late. */
  public static byte[] write(LateOutcome late) {
    Outcome outcome = late.outcome();
    return JsonBytes.object(
        out -> {
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
          out.field("why", late.why().name());
          out.field("model_version", late.modelVersion());
          if (late.predictedAtMillis() >= 0) {
            out.field("predicted_at", late.predictedAtMillis());
          }
        });
  }
}
