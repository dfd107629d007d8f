package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.EmbeddingTrafficCodec;
import dev.runway.model.MalformedEvent;

/** Decodes records of the embedding-traffic topic. */
final class TrafficDecoder implements Decoder<Sourced<EmbeddingTraffic>> {
  @Override
  public Sourced<EmbeddingTraffic> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, EmbeddingTrafficCodec.read(raw.value()));
  }
}
