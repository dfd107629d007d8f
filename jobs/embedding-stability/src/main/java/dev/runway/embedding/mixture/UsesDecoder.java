package dev.runway.embedding.mixture;

import dev.runway.flink.Decoder;
import dev.runway.flink.PredictionForm;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeclaredEmbeddings;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * Takes the predictions that declare embeddings; of all others the name of the field is looked for
 * and nothing else. What breaks the contract is left to the jobs that count predictions: one event
 * is one dead letter. The Avro form has no such field.
 */
public final class UsesDecoder implements Decoder<DeclaredUses> {
  private final TimeBounds bounds;
  private final Sampler sampler;

  /**
   * A decoder.
   *
   * @param sampler what is read at all; records with a key have been through it
   */
  public UsesDecoder(TimeBounds bounds, Sampler sampler) {
    this.bounds = bounds;
    this.sampler = sampler;
  }

  @Override
  public @Nullable DeclaredUses decode(RawEvent raw) {
    DeclaredEmbeddings declared;
    try {
      declared = PredictionForm.isAvro(raw) ? null : DeclaredEmbeddings.read(raw.value());
    } catch (MalformedEvent refusedByOthers) {
      return null;
    }
    return declared == null ? null : uses(raw, declared);
  }

  private @Nullable DeclaredUses uses(RawEvent raw, DeclaredEmbeddings declared) {
    Prediction prediction = declared.prediction();
    long at = prediction.predictedAtMillis();
    long recorded = raw.kafkaTimestampMillis();
    if (bounds.isFuture(at, recorded)
        || bounds.isAncient(at, recorded)
        || !sampler.keeps(prediction.predictionId())) {
      return null;
    }
    return new DeclaredUses(
        prediction.modelId(), prediction.modelVersion(), at, prediction.weight(), declared.uses());
  }
}
