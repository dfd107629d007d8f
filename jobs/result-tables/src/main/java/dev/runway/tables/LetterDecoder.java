package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.MalformedEvent;

/** Decodes records of the dead-letters topic. */
final class LetterDecoder implements Decoder<Sourced<DeadLetter>> {
  @Override
  public Sourced<DeadLetter> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, DeadLetterCodec.read(raw.value()));
  }
}
