package dev.runway.tables;

import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced readings. */
final class SourcedReadingSerializer extends SourcedSerializer<PerformanceReading> {
  static final TypeInformation<Sourced<PerformanceReading>> TYPE =
      type(new SourcedReadingSerializer());

  @Override
  byte[] json(PerformanceReading reading) {
    return PerformanceReadingCodec.write(reading);
  }

  @Override
  PerformanceReading event(byte[] json) throws MalformedEvent {
    return PerformanceReadingCodec.read(json);
  }
}
