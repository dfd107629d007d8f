package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixtureCodec;
import dev.runway.model.MalformedEvent;

/** Decodes records of the embedding-mixtures topic. */
final class MixtureDecoder implements Decoder<Sourced<EmbeddingMixture>> {
  @Override
  public Sourced<EmbeddingMixture> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, EmbeddingMixtureCodec.read(raw.value()));
  }
}
