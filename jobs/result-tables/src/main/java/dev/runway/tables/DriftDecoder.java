package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;

/** Decodes records of the drift topic. */
final class DriftDecoder implements Decoder<Sourced<DriftReading>> {
  @Override
  public Sourced<DriftReading> decode(RawEvent raw) throws MalformedEvent {
    DriftReading reading = DriftReadingCodec.read(raw.value());
    for (int i = 0; i < reading.features().size(); i++) {
      requireRowsOfItsOwn(reading.features().get(i), "features[" + i + "]");
    }
    return Sourced.of(raw, reading);
  }

  /** Else two rows of the reading would have one key, and one of them would be lost. */
  private static void requireRowsOfItsOwn(Feature feature, String field) throws MalformedEvent {
    if (feature.name().equals(DriftRows.MODEL)) {
      throw new MalformedEvent(
          Reason.BAD_VALUE, field + ".name", DriftRows.MODEL + " stands for the model as a whole");
    }
    for (int i = 0; i < feature.signals().size(); i++) {
      if (feature.signals().get(i).metric().equals(DriftRows.SEVERITY)) {
        throw new MalformedEvent(
            Reason.BAD_VALUE,
            field + ".signals[" + i + "].metric",
            DriftRows.SEVERITY + " is that of the feature as a whole");
      }
    }
  }
}
