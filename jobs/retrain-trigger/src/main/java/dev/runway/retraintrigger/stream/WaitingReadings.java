package dev.runway.retraintrigger.stream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Readings that wait for the tick that they count for, by model; in memory. */
final class WaitingReadings {
  private static final Comparator<SeenReading> AS_APPENDED =
      Comparator.comparingLong(SeenReading::appendedAtMillis)
          .thenComparing(SeenReading::topic)
          .thenComparingLong(SeenReading::offset);

  private final Map<String, List<SeenReading>> byModel = new TreeMap<>();

  /** Models whose readings are not what state has. */
  private final Set<String> unsaved = new HashSet<>();

  private int count;

  void add(SeenReading reading) {
    byModel.computeIfAbsent(reading.modelId(), id -> new ArrayList<>()).add(reading);
    unsaved.add(reading.modelId());
    count++;
  }

  /** Takes what state has of a model. */
  void restore(String model, List<SeenReading> readings) {
    if (!readings.isEmpty()) {
      byModel.put(model, readings);
      count += readings.size();
    }
  }

  int count() {
    return count;
  }

  /** A time before which half of them were appended, or more. */
  long middleMillis() {
    long[] appended =
        byModel.values().stream()
            .flatMap(List::stream)
            .mapToLong(SeenReading::appendedAtMillis)
            .sorted()
            .toArray();
    return appended[appended.length / 2] + 1;
  }

  /** Models that have readings which were appended before a time. */
  Set<String> modelsBefore(long appendedMillis) {
    Set<String> models = new TreeSet<>();
    byModel.forEach(
        (model, list) -> {
          if (list.stream().anyMatch(reading -> reading.appendedAtMillis() < appendedMillis)) {
            models.add(model);
          }
        });
    return models;
  }

  /** Takes out what was appended before a time, in the order in which it was. */
  List<SeenReading> take(String model, long appendedMillis) {
    List<SeenReading> arrived = new ArrayList<>();
    List<SeenReading> later = new ArrayList<>();
    for (SeenReading reading : byModel.getOrDefault(model, List.of())) {
      (reading.appendedAtMillis() < appendedMillis ? arrived : later).add(reading);
    }
    if (!arrived.isEmpty()) {
      arrived.sort(AS_APPENDED);
      count -= arrived.size();
      unsaved.add(model);
      if (later.isEmpty()) {
        byModel.remove(model);
      } else {
        byModel.put(model, later);
      }
    }
    return arrived;
  }

  /** What state is to have of a model: null for nothing. */
  @Nullable List<SeenReading> of(String model) {
    return byModel.get(model);
  }

  /** Models whose readings are not what state has; they are from now on. */
  List<String> drainUnsaved() {
    List<String> drained = List.copyOf(unsaved);
    unsaved.clear();
    return drained;
  }
}
