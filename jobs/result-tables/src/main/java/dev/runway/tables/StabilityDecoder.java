package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;

/** Decodes records of the embedding-stability topic. */
final class StabilityDecoder implements Decoder<Sourced<EmbeddingStability>> {
  @Override
  public Sourced<EmbeddingStability> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, EmbeddingStabilityCodec.read(raw.value()));
  }
}
