package dev.runway.tables;

import dev.runway.flink.Decoder;
import dev.runway.flink.RawEvent;
import dev.runway.model.DriftTile;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.MalformedEvent;

/** Decodes records of the tiles topic. */
final class TileDecoder implements Decoder<Sourced<DriftTile>> {
  @Override
  public Sourced<DriftTile> decode(RawEvent raw) throws MalformedEvent {
    return Sourced.of(raw, DriftTileCodec.read(raw.value()));
  }
}
