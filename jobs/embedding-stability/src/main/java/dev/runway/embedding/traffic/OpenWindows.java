package dev.runway.embedding.traffic;

import dev.runway.drift.embedding.traffic.TrafficCounts;
import dev.runway.drift.embedding.traffic.TrafficSums;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a version that are open. What comes for one writes a few counts and the parts of
 * its sums that changed: of a single vector its group of items and the squares, 16 KB of 512
 * dimensions, where all of the window are 200.
 *
 * <p>State: {@code open-window}, the counts of each; {@code window-part}, a row for each part of
 * each. {@code traffic-window} is their old layout, in which a window was one value: it is taken
 * apart when it is first met, and never written.
 */
final class OpenWindows {
  private final MapState<Long, OpenWindow> windows;

  /** By start and number of the part, see {@link #row}. */
  private final MapState<Long, TrafficPart> parts;

  private final MapState<Long, TrafficWindow> old;

  OpenWindows(RuntimeContext context) {
    windows =
        context.getMapState(
            new MapStateDescriptor<>("open-window", Types.LONG, OpenWindowSerializer.TYPE));
    parts =
        context.getMapState(
            new MapStateDescriptor<>("window-part", Types.LONG, TrafficPartSerializer.TYPE));
    old =
        context.getMapState(
            new MapStateDescriptor<>("traffic-window", Types.LONG, TrafficWindowSerializer.TYPE));
  }

  /** Windows are a minute long at least, so the first milliseconds of each are free to count. */
  private static long row(long start, int part) {
    return start + part;
  }

  /** Adds what came for a window. */
  void add(long start, long endMillis, TrafficSums sums, long nowMillis) throws Exception {
    OpenWindow known = get(start);
    TrafficCounts more = sums.counts();
    if (known != null && known.counts().isOfOthersThan(more)) {
      removeParts(start);
    }
    windows.put(
        start,
        known == null
            ? new OpenWindow(endMillis, nowMillis, nowMillis, 0, false, more)
            : known.with(more, nowMillis));
    for (int part = 0; part < TrafficSums.PARTS; part++) {
      double[] numbers = sums.part(part);
      if (numbers != null) {
        TrafficPart before = parts.get(row(start, part));
        parts.put(
            row(start, part), before == null ? new TrafficPart(numbers) : before.plus(numbers));
      }
    }
  }

  private @Nullable OpenWindow get(long start) throws Exception {
    OpenWindow known = windows.get(start);
    if (known != null) {
      return known;
    }
    TrafficWindow whole = old.get(start);
    return whole == null ? null : takenApart(start, whole);
  }

  private OpenWindow takenApart(long start, TrafficWindow whole) throws Exception {
    OpenWindow window =
        new OpenWindow(
            whole.endMillis(),
            whole.changedAtMillis(),
            whole.changedAtMillis(),
            whole.told(),
            whole.compared(),
            whole.sums().counts());
    windows.put(start, window);
    for (int part = 0; part < TrafficSums.PARTS; part++) {
      double[] numbers = whole.sums().part(part);
      if (numbers != null) {
        parts.put(row(start, part), new TrafficPart(numbers));
      }
    }
    old.remove(start);
    return window;
  }

  /** Of all of them, ascending. */
  NavigableSet<Long> starts() throws Exception {
    List<Long> whole = new ArrayList<>();
    old.keys().forEach(whole::add);
    for (long start : whole) {
      get(start);
    }
    NavigableSet<Long> starts = new TreeSet<>();
    windows.keys().forEach(starts::add);
    return starts;
  }

  /** The counts of one that is open. */
  OpenWindow require(long start) throws Exception {
    OpenWindow window = windows.get(start);
    if (window == null) {
      throw new IllegalStateException("no window at " + start);
    }
    return window;
  }

  /** All there is of a window. */
  TrafficSums sums(long start, OpenWindow window) throws Exception {
    TrafficSums sums = TrafficSums.of(window.counts());
    for (int part = 0; part < TrafficSums.PARTS; part++) {
      TrafficPart numbers = parts.get(row(start, part));
      if (numbers != null) {
        sums.addPart(part, numbers.numbers());
      }
    }
    return sums;
  }

  /** Its counts anew. */
  void put(long start, OpenWindow window) throws Exception {
    windows.put(start, window);
  }

  void remove(long start) throws Exception {
    windows.remove(start);
    removeParts(start);
  }

  private void removeParts(long start) throws Exception {
    for (int part = 0; part < TrafficSums.PARTS; part++) {
      parts.remove(row(start, part));
    }
  }

  void clear() {
    windows.clear();
    parts.clear();
    old.clear();
  }
}
