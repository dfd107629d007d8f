package dev.runway.bench.fleet;

import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.JudgedWindow;
import org.jspecify.annotations.Nullable;

/**
 * What a rule may look at.
 *
 * @param verdict ours on the window, however wide it had to be
 * @param tile of the window as wide as the rule wants it, as are the other counts
 */
record Seen(
    TileLayout layout,
    DriftScorer scorer,
    JudgedWindow verdict,
    Tile tile,
    WideCounts counts,
    EqualWidth.@Nullable Counts equalWidth,
    EqualWidth.@Nullable Counts equalWidthReference) {}
