package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;

/** Decodes records of a view's topic of readings. */
final class ReadingDecoder implements Decoder<Sourced<PerformanceReading>> {
  private final ReadingView view;

  ReadingDecoder(ReadingView view) {
    this.view = view;
  }

  @Override
  public Sourced<PerformanceReading> decode(RawEvent raw) throws MalformedEvent {
    PerformanceReading reading = PerformanceReadingCodec.read(raw.value());
    // Readers get the master's row whatever the stream says: it must be the last word.
    if (view == ReadingView.MASTER && reading.maturity() != Maturity.FINAL) {
      throw new MalformedEvent(
          Reason.BAD_VALUE, "maturity", "PROVISIONAL; a master reading is FINAL");
    }
    return Sourced.of(raw, reading);
  }
}
