package dev.runway.groundtruth;

import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.PredictionForm;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.groundtruth.join.Admission;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.model.EntityKeys;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import org.jspecify.annotations.Nullable;

/** Bytes to an prediction that fits its model; everything else is refused or sampled out. */
final class PredictionDecoder implements Decoder<AdmittedPrediction> {
  private final Admitting admitting;

  private transient @Nullable ModelDirectory models;
  private transient @Nullable EntityKeys entities;

  PredictionDecoder(Admitting admitting) {
    this.admitting = admitting;
  }

  @Override
  public void open(ModelDirectory.Refused refused) {
    entities = admitting.entities();
    models = admitting.models().open(refused);
  }

  @Override
  public void close() {
    if (models != null) {
      models.close();
    }
  }

  @Override
  public @Nullable AdmittedPrediction decode(RawEvent raw) throws MalformedEvent {
    Prediction event = PredictionForm.read(raw);
    EventChecks.requireKey(raw, event.predictionId());
    EventChecks.requireSaneTime(raw, "predicted_at", event.predictedAtMillis(), admitting.bounds());
    ModelDocument model = admitting.require(models, event.modelId(), raw.kafkaTimestampMillis());
    double rate = admitting.rate(model);
    if (Sampler.position(event.predictionId()) >= rate) {
      return null;
    }
    return Admission.admit(
        event, model, rate, entities, raw.partition(), raw.offset(), raw.kafkaTimestampMillis());
  }
}
