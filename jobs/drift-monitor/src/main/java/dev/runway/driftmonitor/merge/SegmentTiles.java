package dev.runway.driftmonitor.merge;

import dev.runway.drift.tile.Tile;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of spans, one for each segment, with what they do not count beside them.
 *
 * <p>State of the key that is current. What a span has without a tile of its own, as of a version
 * without baseline, may be here too.
 */
final class SegmentTiles {
  private final MapState<Span, Tile> tiles;
  private final MapState<Span, List<String>> segments;
  private final MapState<Span, Uncounted> uncounted;

  /**
   * @param segments of each span that has tiles, under {@link Span#NO_SEGMENT}
   * @param uncounted of spans where there is any
   */
  SegmentTiles(
      MapState<Span, Tile> tiles,
      MapState<Span, List<String>> segments,
      MapState<Span, Uncounted> uncounted) {
    this.tiles = tiles;
    this.segments = segments;
    this.uncounted = uncounted;
  }

  @Nullable Tile get(Span span) throws Exception {
    return tiles.get(span);
  }

  /** The span has been noted, or is noted behind it. */
  void put(Span span, Tile tile) throws Exception {
    tiles.put(span, tile);
  }

  /** That its segment has a tile. */
  void note(Span span) throws Exception {
    Span all = span.of(Span.NO_SEGMENT);
    List<String> known = segments.get(all);
    List<String> more = known == null ? new ArrayList<>(1) : new ArrayList<>(known);
    if (!more.contains(span.segment())) {
      more.add(span.segment());
      segments.put(all, more);
    }
  }

  /** Those of a span, whatever its own one is; empty where it has no tiles. */
  List<String> segmentsOf(Span span) throws Exception {
    List<String> known = segments.get(span.of(Span.NO_SEGMENT));
    return known == null ? List.of() : known;
  }

  /** Those with tiles, each under {@link Span#NO_SEGMENT}. */
  Iterable<Span> spans() throws Exception {
    return segments.keys();
  }

  boolean isEmpty() throws Exception {
    return segments.isEmpty();
  }

  /** Whether any span has something that tiles do not count; mostly none has. */
  boolean hasUncounted() throws Exception {
    return !uncounted.isEmpty();
  }

  Uncounted uncountedOf(Span span) throws Exception {
    Uncounted known = uncounted.get(span);
    return known == null ? Uncounted.NOTHING : known;
  }

  void addUncounted(Span span, Uncounted more) throws Exception {
    if (!more.isNothing()) {
      uncounted.put(span, uncountedOf(span).plus(more));
    }
  }

  /** In place of what is there. */
  void putUncounted(Span span, Uncounted now) throws Exception {
    if (now.isNothing()) {
      uncounted.remove(span);
    } else {
      uncounted.put(span, now);
    }
  }

  /** The tile of one segment, with what it does not count; the segment stays noted. */
  void remove(Span span) throws Exception {
    tiles.remove(span);
    uncounted.remove(span);
  }

  /**
   * All segments of a span.
   *
   * @return whether there were any
   */
  boolean forget(Span span) throws Exception {
    List<String> known = segmentsOf(span);
    for (String segment : known) {
      remove(span.of(segment));
    }
    if (!known.isEmpty()) {
      segments.remove(span.of(Span.NO_SEGMENT));
    }
    return !known.isEmpty();
  }
}
