package dev.runway.tables;

import dev.runway.model.MalformedEvent;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced states of model versions. */
final class SourcedStalenessSerializer extends SourcedSerializer<Staleness> {
  static final TypeInformation<Sourced<Staleness>> TYPE = type(new SourcedStalenessSerializer());

  @Override
  byte[] json(Staleness event) {
    return StalenessCodec.write(event);
  }

  @Override
  Staleness event(byte[] json) throws MalformedEvent {
    return StalenessCodec.read(json);
  }
}
