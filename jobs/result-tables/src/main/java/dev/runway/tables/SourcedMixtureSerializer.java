package dev.runway.tables;

import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixtureCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced readings of versions of embeddings that are mixed. */
final class SourcedMixtureSerializer extends SourcedSerializer<EmbeddingMixture> {
  static final TypeInformation<Sourced<EmbeddingMixture>> TYPE =
      type(new SourcedMixtureSerializer());

  @Override
  byte[] json(EmbeddingMixture mixture) {
    return EmbeddingMixtureCodec.write(mixture);
  }

  @Override
  EmbeddingMixture event(byte[] json) throws MalformedEvent {
    return EmbeddingMixtureCodec.read(json);
  }
}
