package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.TileLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is made once of a layout and used for all its events. The layouts that were not used for the
 * longest time are let go: a baseline that was replaced shall not stay in memory for it.
 */
final class OfLayouts<T> {
  /** Layouts in use by one subtask; beyond them things are made anew, which costs microseconds. */
  static final int MAX = 1_000;

  private final Function<TileLayout, T> make;
  private final Map<TileLayout, T> made =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TileLayout, T> eldest) {
          return size() > MAX;
        }
      };

  private @Nullable TileLayout last;
  private @Nullable T ofLast;

  /**
   * @param make a layout's own; two layouts are the same only if they are one object
   */
  OfLayouts(Function<TileLayout, T> make) {
    this.make = make;
  }

  T get(TileLayout layout) {
    T known = ofLast;
    if (layout == last && known != null) {
      // A busy model has many events in a row.
      return known;
    }
    T of = made.computeIfAbsent(layout, make);
    last = layout;
    ofLast = of;
    return of;
  }

  int size() {
    return made.size();
  }
}
