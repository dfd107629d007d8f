package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.MalformedEvent;

/** Decodes records of the decisions topic. */
final class DecisionDecoder implements Decoder<Sourced<Decision>> {
  @Override
  public Sourced<Decision> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, DecisionCodec.read(raw.value()));
  }
}
