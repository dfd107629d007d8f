package dev.runway.groundtruth;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Alarms of one key after the other, for Flink's batch execution, where the events of a key come
 * sorted by time and its timers fire when the last of them has been: too late to tell an id that is
 * used again from one that was used twice, and deaf to timers that are set meanwhile.
 *
 * <p>No state: a key is begun and ended without another in between.
 */
final class KeyAlarms {
  private final TreeSet<Long> alarms = new TreeSet<>();

  void set(long atMillis) {
    alarms.add(atMillis);
  }

  void cancel(long atMillis) {
    alarms.remove(atMillis);
  }

  /** Takes out the earliest alarm that is due; null when there is none. */
  @Nullable Long takeDue(long nowMillis) {
    return alarms.isEmpty() || alarms.first() > nowMillis ? null : alarms.pollFirst();
  }
}
