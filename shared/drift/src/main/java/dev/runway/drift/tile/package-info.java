/**
 * Tiles: mergeable counts of all features of a model version over one window.
 *
 * <p>{@link dev.runway.drift.tile.TileLayout} is derived from a profile once and shared; a {@link
 * dev.runway.drift.tile.Row} takes the values of one event; a {@link dev.runway.drift.tile.Tile}
 * counts them. A stored tile needs nothing but its bytes to be merged, and its profile to be read.
 */
@NullMarked
package dev.runway.drift.tile;

import org.jspecify.annotations.NullMarked;
