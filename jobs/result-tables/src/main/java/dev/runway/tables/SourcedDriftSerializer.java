package dev.runway.tables;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced drift readings. */
final class SourcedDriftSerializer extends SourcedSerializer<DriftReading> {
  static final TypeInformation<Sourced<DriftReading>> TYPE = type(new SourcedDriftSerializer());

  @Override
  byte[] json(DriftReading reading) {
    return DriftReadingCodec.write(reading);
  }

  @Override
  DriftReading event(byte[] json) throws MalformedEvent {
    return DriftReadingCodec.read(json);
  }
}
