package dev.runway.driftmonitor.merge;

/**
 * Part of a tile: what one subtask has counted since its last bundle.
 *
 * @param minute of the tile
 * @param predictions events in it
 * @param uncounted what they had in them that the tile does not count
 * @param tile the counts as {@link dev.runway.drift.tile.Tile} writes them; empty for a version
 *     without baseline
 */
public record TileDelta(
    BaselineKey key, Span minute, long predictions, Uncounted uncounted, byte[] tile) {

  /** Of predictions that are counted as they are. */
  public TileDelta(BaselineKey key, Span minute, long predictions, byte[] tile) {
    this(key, minute, predictions, Uncounted.NOTHING, tile);
  }
}
