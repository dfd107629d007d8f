package dev.runway.bench.fleet;

import dev.runway.drift.window.Persistence;
import dev.runway.drift.window.Season;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of one rule on one model, held against what is true. Not for use by several threads.
 */
final class Alarms {

  private final @Nullable Drift truth;
  private final long countsFromMillis;
  private final Persistence persistence;

  private final List<Raised> wrong = new ArrayList<>();
  private int raised;
  private boolean counts;
  private long found = NEVER;

  static final long NEVER = Long.MAX_VALUE;

  /**
   * An alarm.
   *
   * @param fromMillis begin of what was judged when it was raised
   * @param features that it names
   * @param counts false if it was raised in the first days
   */
  record Raised(long fromMillis, long endMillis, List<String> features, boolean counts) {}

  /** The last of several windows in a row may lie behind the drift. */
  private static final long SLACK = Season.DAY;

  /**
   * Nothing raised yet.
   *
   * @param truth null for a model that does not drift
   * @param windows in a row that make an alarm
   */
  Alarms(@Nullable Drift truth, long countsFromMillis, int windows) {
    this.truth = truth;
    this.countsFromMillis = countsFromMillis;
    persistence = new Persistence(windows);
  }

  /**
   * Takes the next window that could be judged.
   *
   * @param fromMillis begin of what was judged
   */
  void next(long fromMillis, long endMillis, Set<String> flagged) {
    boolean before = persistence.on();
    Set<String> persistent = persistence.next(fromMillis, endMillis, flagged);
    Drift drift = truth;
    boolean right =
        drift != null
            && drift.overlaps(fromMillis - SLACK, endMillis)
            && !Collections.disjoint(persistent, drift.features().keySet());
    if (right) {
      found = Math.min(found, endMillis);
    }
    boolean first = !counts && endMillis > countsFromMillis;
    counts = counts || first;
    // One that is on when counting begins is counted as well, however long it lasts.
    if (persistence.on() && (!before || first)) {
      raised += counts ? 1 : 0;
      if (!right || !counts) {
        wrong.add(new Raised(fromMillis, endMillis, List.copyOf(persistent), counts));
      }
    }
  }

  int raised() {
    return raised;
  }

  /** Those of the first days, of which none is asked whether it is right, and the wrong ones. */
  List<Raised> wrong() {
    return wrong;
  }

  boolean found() {
    return found != NEVER;
  }

  /** Hours from the first drifted prediction to the alarm. */
  double delayHours() {
    Drift drift = truth;
    return drift == null ? Double.NaN : (found - drift.fromMillis()) / (double) Season.HOUR;
  }
}
