package dev.runway.tables;

import dev.runway.model.DriftTile;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.MalformedEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** Sourced tiles. */
final class SourcedTileSerializer extends SourcedSerializer<DriftTile> {
  static final TypeInformation<Sourced<DriftTile>> TYPE = type(new SourcedTileSerializer());

  @Override
  byte[] json(DriftTile tile) {
    return DriftTileCodec.write(tile);
  }

  @Override
  DriftTile event(byte[] json) throws MalformedEvent {
    return DriftTileCodec.read(json);
  }
}
