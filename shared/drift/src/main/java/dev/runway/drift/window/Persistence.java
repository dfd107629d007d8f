package dev.runway.drift.window;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The alarm of a model version: on when one feature was flagged in so many windows in a row, off
 * after {@link #CALM} windows in a row without any. One window alone is no alarm: of a thousand
 * windows some are flagged by chance.
 *
 * <p>A window that was judged together with earlier ones tells nearly the same as the one before
 * it. So the first and the last of the row must share no prediction, which makes the row longer
 * where windows are wide. Not for use by several threads.
 */
public final class Persistence {

  /** Windows without a flag that end an alarm. */
  public static final int CALM = 3;

  private final int windows;
  private final Map<String, Streak> streaks = new HashMap<>();
  private boolean on;
  private int calm;

  /** Flagged windows in a row, the end of the first, and whether they are enough. */
  private record Streak(int flagged, long firstEndMillis, boolean enough) {}

  /**
   * No alarm yet.
   *
   * @param windows flagged windows in a row that are an alarm, 1 or more
   */
  public Persistence(int windows) {
    this.windows = windows;
  }

  /**
   * Takes the next window that could be judged; one that could not counts for nothing.
   *
   * @param fromMillis begin of what was judged
   * @param endMillis its end
   * @param flagged features
   * @return features flagged long enough
   */
  public Set<String> next(long fromMillis, long endMillis, Set<String> flagged) {
    streaks.keySet().retainAll(flagged);
    Set<String> persistent = new TreeSet<>();
    for (String feature : flagged) {
      Streak before = streaks.getOrDefault(feature, new Streak(0, endMillis, false));
      int inRow = before.flagged + 1;
      boolean apart = windows == 1 || fromMillis >= before.firstEndMillis;
      boolean enough = before.enough || (inRow >= windows && apart);
      streaks.put(feature, new Streak(inRow, before.firstEndMillis, enough));
      if (enough) {
        persistent.add(feature);
      }
    }
    calm = flagged.isEmpty() ? calm + 1 : 0;
    on = !persistent.isEmpty() || (on && calm < CALM);
    return persistent;
  }

  /** Whether the alarm is on. */
  public boolean on() {
    return on;
  }
}
