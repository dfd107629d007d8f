package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;

/** Decodes records of the performance topic. */
final class ReadingDecoder implements Decoder<Sourced<PerformanceReading>> {
  @Override
  public Sourced<PerformanceReading> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, PerformanceReadingCodec.read(raw.value()));
  }
}
