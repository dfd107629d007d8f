package dev.runway.groundtruth;

import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.groundtruth.join.Admission;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import org.jspecify.annotations.Nullable;

/** Bytes to an outcome that fits its model; everything else is refused or sampled out. */
final class OutcomeDecoder implements Decoder<AdmittedOutcome> {
  private final Admitting admitting;

  private transient @Nullable ModelDirectory models;

  OutcomeDecoder(Admitting admitting) {
    this.admitting = admitting;
  }

  @Override
  public void open(ModelDirectory.Refused refused) {
    models = admitting.models().open(refused);
  }

  @Override
  public void close() {
    if (models != null) {
      models.close();
    }
  }

  @Override
  public @Nullable AdmittedOutcome decode(RawEvent raw) throws MalformedEvent {
    Outcome event = OutcomeCodec.read(raw.value());
    EventChecks.requireKey(raw, event.predictionId());
    EventChecks.requireSaneTime(raw, "observed_at", event.observedAtMillis(), admitting.bounds());
    ModelDocument model = admitting.require(models, event.modelId(), raw.kafkaTimestampMillis());
    double position = Sampler.position(event.predictionId());
    boolean sampled = position < admitting.rate(model);
    if (!sampled && position >= admitting.rateOfOpenPredictions(models, model, raw)) {
      return null;
    }
    AdmittedOutcome admitted =
        Admission.admit(event, model, raw.partition(), raw.offset(), raw.kafkaTimestampMillis());
    return sampled ? admitted : admitted.ofFormerSample();
  }
}
