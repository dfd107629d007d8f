package dev.runway.retraintrigger.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The models of a subtask by the time at which they are to be looked at; in memory alone. */
final class DueModels {
  private final SortedMap<Long, Set<String>> byTime = new TreeMap<>();
  private final Map<String, Long> times = new HashMap<>();

  void put(String model, long dueMillis) {
    remove(model);
    times.put(model, dueMillis);
    byTime.computeIfAbsent(dueMillis, time -> new TreeSet<>()).add(model);
  }

  void remove(String model) {
    Long time = times.remove(model);
    if (time != null) {
      Set<String> models = byTime.get(time);
      if (models != null && models.remove(model) && models.isEmpty()) {
        byTime.remove(time);
      }
    }
  }

  boolean has(String model) {
    return times.containsKey(model);
  }

  /** The models that are due at a time, in the order of their names; they stay until put again. */
  Set<String> at(long millis) {
    Set<String> due = new TreeSet<>();
    byTime.headMap(millis + 1).values().forEach(due::addAll);
    return due;
  }
}
