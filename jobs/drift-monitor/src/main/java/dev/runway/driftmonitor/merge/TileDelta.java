package dev.runway.driftmonitor.merge;

import org.jspecify.annotations.Nullable;

/**
 * Part of a tile: what one subtask has counted since its last bundle, or what a producer has.
 *
 * @param minute of the tile
 * @param predictions events in it
 * @param uncounted what they had in them that the tile does not count
 * @param tile the counts as {@link dev.runway.drift.tile.Tile} writes them; empty for a version
 *     without baseline
 * @param produced of a producer's tile which one it is; null for what the job has counted
 */
public record TileDelta(
    BaselineKey key,
    Span minute,
    long predictions,
    Uncounted uncounted,
    byte[] tile,
    @Nullable ProducedPart produced) {

  /** Counted by the job. */
  public TileDelta(
      BaselineKey key, Span minute, long predictions, Uncounted uncounted, byte[] tile) {
    this(key, minute, predictions, uncounted, tile, null);
  }

  /** Of predictions that are counted as they are. */
  public TileDelta(BaselineKey key, Span minute, long predictions, byte[] tile) {
    this(key, minute, predictions, Uncounted.NOTHING, tile);
  }
}
