package dev.runway.driftmonitor.concept;

import dev.runway.model.DriftReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The truths of a window that is complete, in the order of their predictions: all of them, under
 * {@link DriftReading#ALL}, and those of each segment; scores and predicted numbers apart.
 *
 * @param scored by segment
 * @param measured by segment
 */
record WindowTruths(
    NavigableMap<String, List<Timed>> scored, NavigableMap<String, List<Timed>> measured) {

  /** A truth, and the time of its prediction. */
  record Timed(long atMillis, TruthLedger.Entry truth) {}

  /** Those of some minutes, by their starts. */
  static WindowTruths of(NavigableMap<Long, TruthLedger> minutes) {
    WindowTruths window = new WindowTruths(new TreeMap<>(), new TreeMap<>());
    for (Map.Entry<Long, TruthLedger> minute : minutes.entrySet()) {
      for (TruthLedger.Entry truth : minute.getValue().sorted()) {
        window.add(new Timed(minute.getKey() + truth.offsetMillis(), truth));
      }
    }
    return window;
  }

  private void add(Timed timed) {
    Map<String, List<Timed>> kind = timed.truth().measured() ? measured : scored;
    kind.computeIfAbsent(DriftReading.ALL, all -> new ArrayList<>()).add(timed);
    String segment = timed.truth().segment();
    if (segment != null) {
      kind.computeIfAbsent(segment, name -> new ArrayList<>()).add(timed);
    }
  }
}
