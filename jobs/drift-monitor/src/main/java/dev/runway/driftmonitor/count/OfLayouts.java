package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.TileLayout;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is made once of a layout and used for all its events. It holds neither the layouts nor what
 * is made of them when the memory is needed, but for the last one: a baseline that nobody counts by
 * any more shall not stay in memory for it. Making things anew costs microseconds.
 */
final class OfLayouts<T> {
  private final Function<TileLayout, T> make;
  private final Function<T, Reference<T>> hold;
  private final Map<TileLayout, Reference<T>> made = new WeakHashMap<>();

  private @Nullable TileLayout last;
  private @Nullable T ofLast;

  /**
   * @param make a layout's own, which may refer to it; two layouts are the same only if they are
   *     one object
   */
  OfLayouts(Function<TileLayout, T> make) {
    this(make, SoftReference::new);
  }

  /**
   * @param hold how what is made is held beside the map's own weak keys
   */
  OfLayouts(Function<TileLayout, T> make, Function<T, Reference<T>> hold) {
    this.make = make;
    this.hold = hold;
  }

  T get(TileLayout layout) {
    T known = ofLast;
    if (layout == last && known != null) {
      // A busy model has many events in a row.
      return known;
    }
    Reference<T> reference = made.get(layout);
    T of = reference == null ? null : reference.get();
    if (of == null) {
      of = make.apply(layout);
      made.put(layout, hold.apply(of));
    }
    last = layout;
    ofLast = of;
    return of;
  }

  /** Layouts that are still there. */
  int size() {
    return made.size();
  }
}
