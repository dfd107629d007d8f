package dev.runway.tables;

import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.EmbeddingTrafficCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced readings of the traffic of embeddings. */
final class SourcedTrafficSerializer extends SourcedSerializer<EmbeddingTraffic> {
  static final TypeInformation<Sourced<EmbeddingTraffic>> TYPE =
      type(new SourcedTrafficSerializer());

  @Override
  byte[] json(EmbeddingTraffic traffic) {
    return EmbeddingTrafficCodec.write(traffic);
  }

  @Override
  EmbeddingTraffic event(byte[] json) throws MalformedEvent {
    return EmbeddingTrafficCodec.read(json);
  }
}
