package dev.runway.driftmonitor.estimate;

import dev.runway.driftmonitor.concept.Window;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What labels that are known say of the estimates to make: which of them say what scores have
 * meant, and how often estimates were right. Each counts from an event time of its own on, whenever
 * it arrives here, so that every run makes the same estimate of a window. The trust in it is the
 * same too, unless truths came behind the event time, which they do while they are idle: of a
 * window whose calibration did not change by them, what was said of the trust before stays.
 */
final class MaturedHistory {
  /** Comparisons that trust rests on, the newest ones. */
  static final int COMPARISONS = 20;

  /** Comparisons below which there is no trust. */
  static final int LEAST_COMPARISONS = 5;

  /**
   * Labels that are known.
   *
   * @param knownAtMillis event time from which they count
   * @param calibrate whether they say what scores mean
   */
  record Known(long knownAtMillis, boolean calibrate) {}

  /**
   * A window whose estimate was compared with its labels.
   *
   * @param knownAtMillis event time from which it counts
   */
  record Comparison(long knownAtMillis, boolean agrees) {}

  /**
   * How far estimates are to be believed.
   *
   * @param agreed comparisons in which estimate and labels agreed
   */
  record Trust(int agreed, int comparisons) {}

  private final NavigableMap<Window, Known> known = new TreeMap<>();
  private final NavigableMap<Window, Comparison> comparisons = new TreeMap<>();

  void add(Window window, Known labels) {
    known.put(window, labels);
  }

  void add(Window window, Comparison comparison) {
    comparisons.put(window, comparison);
  }

  /** The newest window whose labels calibrate another one: known before its first prediction. */
  @Nullable Window calibrationFor(Window window) {
    for (Map.Entry<Window, Known> each : known.descendingMap().entrySet()) {
      if (each.getValue().knownAtMillis() <= window.startMillis() && each.getValue().calibrate()) {
        return each.getKey();
      }
    }
    return null;
  }

  /** What the last comparisons say that were known before a window's first prediction. */
  Trust trustFor(Window window) {
    int count = 0;
    int agreed = 0;
    for (Comparison comparison : comparisons.descendingMap().values()) {
      if (comparison.knownAtMillis() <= window.startMillis() && count < COMPARISONS) {
        count++;
        agreed += comparison.agrees() ? 1 : 0;
      }
    }
    return new Trust(agreed, count);
  }

  /**
   * Lets go of what no window that starts at a time or later will ask for. What is left was known
   * within the time from there to now, save one calibration and the comparisons of one trust.
   *
   * @return windows whose labels nobody will ask for
   */
  List<Window> forget(long startMillis) {
    List<Window> forgotten = new ArrayList<>();
    boolean newest = true;
    for (Map.Entry<Window, Known> each : known.descendingMap().entrySet()) {
      if (each.getValue().knownAtMillis() <= startMillis) {
        if (newest && each.getValue().calibrate()) {
          newest = false;
        } else {
          forgotten.add(each.getKey());
        }
      }
    }
    forgotten.forEach(known::remove);
    int counting = 0;
    for (Iterator<Comparison> all = comparisons.descendingMap().values().iterator();
        all.hasNext(); ) {
      if (all.next().knownAtMillis() <= startMillis && ++counting > COMPARISONS) {
        all.remove();
      }
    }
    return forgotten;
  }

  Map<Window, Known> known() {
    return known;
  }

  Map<Window, Comparison> comparisons() {
    return comparisons;
  }
}
