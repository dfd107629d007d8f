package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.TileLayout;
import java.util.Arrays;

/**
 * Where the features of events are in a baseline. A producer mostly sends the same names in the
 * same order, so the answer to the event before is looked at first: with hundreds of models each
 * look into a map is a miss of the cache.
 */
final class NamedPositions {
  private final TileLayout layout;
  private final String[] names;
  private final int[] positions;

  NamedPositions(TileLayout layout) {
    this.layout = layout;
    names = new String[layout.size()];
    // No feature is named so, and none is where it is not.
    Arrays.fill(names, "");
    positions = new int[layout.size()];
    Arrays.fill(positions, -1);
  }

  /**
   * The position of a feature; -1 where the baseline has none of that name.
   *
   * @param index of the feature in its event
   */
  int of(int index, String name) {
    if (index >= names.length) {
      return layout.position(name);
    }
    if (!names[index].equals(name)) {
      positions[index] = layout.position(name);
      names[index] = name;
    }
    return positions[index];
  }
}
