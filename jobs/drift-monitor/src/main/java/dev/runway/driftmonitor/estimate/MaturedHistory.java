package dev.runway.driftmonitor.estimate;

import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.Window;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What labels that have come say of the estimates to make: what scores have meant, and how often
 * estimates were right. Each counts from an event time of its own on, whenever it arrives here, so
 * that every run makes the same estimate of a window.
 */
final class MaturedHistory {
  /** Comparisons that trust rests on, the newest ones. */
  static final int COMPARISONS = 20;

  /** Comparisons below which there is no trust. */
  static final int LEAST_COMPARISONS = 5;

  /** Comparisons kept: also those that do not count yet. */
  private static final int MAX_COMPARISONS = 1_000;

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

  private final NavigableMap<Window, MaturedWindow> matured = new TreeMap<>();
  private final NavigableMap<Window, Comparison> comparisons = new TreeMap<>();

  void add(MaturedWindow window) {
    matured.put(window.window(), window);
  }

  void add(Window window, Comparison comparison) {
    comparisons.put(window, comparison);
    if (comparisons.size() > MAX_COMPARISONS) {
      comparisons.pollFirstEntry();
    }
  }

  /** What is known of the labels of a window; null if nothing is, or not any more. */
  @Nullable MaturedWindow of(Window window) {
    return matured.get(window);
  }

  /** The newest calibration that a window may use: known before its first prediction. */
  @Nullable MaturedWindow calibrationFor(Window window) {
    for (MaturedWindow candidate : matured.descendingMap().values()) {
      if (candidate.knownAtMillis() <= window.startMillis() && candidate.calibration() != null) {
        return candidate;
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

  /** Lets go of what no window that starts at a time or later will ask for. */
  void forget(long startMillis) {
    boolean newest = true;
    for (Iterator<MaturedWindow> all = matured.descendingMap().values().iterator();
        all.hasNext(); ) {
      MaturedWindow each = all.next();
      if (each.knownAtMillis() <= startMillis) {
        if (!newest) {
          all.remove();
        }
        newest = newest && each.calibration() == null;
      }
    }
    int counting = 0;
    for (Iterator<Comparison> all = comparisons.descendingMap().values().iterator();
        all.hasNext(); ) {
      if (all.next().knownAtMillis() <= startMillis && ++counting > COMPARISONS) {
        all.remove();
      }
    }
  }

  List<MaturedWindow> matured() {
    return new ArrayList<>(matured.values());
  }

  Map<Window, Comparison> comparisons() {
    return comparisons;
  }
}
