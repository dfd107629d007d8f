package dev.runway.tables;

import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced results about embeddings. */
final class SourcedStabilitySerializer extends SourcedSerializer<EmbeddingStability> {
  static final TypeInformation<Sourced<EmbeddingStability>> TYPE =
      type(new SourcedStabilitySerializer());

  @Override
  byte[] json(EmbeddingStability stability) {
    return EmbeddingStabilityCodec.write(stability);
  }

  @Override
  EmbeddingStability event(byte[] json) throws MalformedEvent {
    return EmbeddingStabilityCodec.read(json);
  }
}
