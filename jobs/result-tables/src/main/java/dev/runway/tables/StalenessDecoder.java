package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;

/** Decodes records of the staleness topic. */
final class StalenessDecoder implements Decoder<Sourced<Staleness>> {
  @Override
  public Sourced<Staleness> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, StalenessCodec.read(raw.value()));
  }
}
