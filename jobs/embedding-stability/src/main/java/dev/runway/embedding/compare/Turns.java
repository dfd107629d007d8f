package dev.runway.embedding.compare;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The spaces of a subtask take turns: their timers fall due together, and Flink fires all that are
 * due without a record or a checkpoint between them. After one that took time all others wait, and
 * come in the order in which they first wanted to. Each has a timer, so the next one always comes.
 */
final class Turns {
  /** A space looks again after at least as long: there may be thousands that wait. */
  private static final long STEP_MILLIS = 100;

  /** How long the one before it is taken to need, at most. */
  private static final long MOST_MILLIS = 1_000;

  /** The spaces that wait, each with its number; the lowest comes next. */
  private final Map<String, Long> waiting = new LinkedHashMap<>();

  private long given;
  private long freeAtMillis = Long.MIN_VALUE;
  private long restMillis;

  /** How long a space has to wait; 0 if it is its turn, which it must use. */
  long millisToWait(String spaceId, long nowMillis) {
    Long mine = waiting.get(spaceId);
    long first = waiting.isEmpty() ? given : waiting.values().iterator().next();
    boolean isFirst = waiting.isEmpty() || (mine != null && mine == first);
    if (isFirst && nowMillis >= freeAtMillis) {
      waiting.remove(spaceId);
      return 0;
    }
    if (mine == null) {
      mine = given++;
      waiting.put(spaceId, mine);
    }
    long step = Math.max(STEP_MILLIS, Math.min(restMillis, MOST_MILLIS));
    return Math.max(STEP_MILLIS, freeAtMillis - nowMillis) + (mine - first) * step;
  }

  /** The one whose turn it was is done. */
  void rest(long nowMillis, long millis) {
    restMillis = millis;
    freeAtMillis = nowMillis + millis;
  }
}
