package dev.runway.demo.result;

import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is known of one model: in all, and cut by period, version, segment and variant.
 *
 * @param periods empty when no periods were asked for
 * @param windows every reading, in order of version, segment, variant and time
 */
public record ModelSummary(
    String modelId,
    Task task,
    Group total,
    List<Group> periods,
    List<Group> versions,
    List<Group> segments,
    List<Group> variants,
    List<PerformanceReading> windows) {

  public ModelSummary {
    periods = List.copyOf(periods);
    versions = List.copyOf(versions);
    segments = List.copyOf(segments);
    variants = List.copyOf(variants);
    windows = List.copyOf(windows);
  }

  /** Label of the period that holds a window's start. */
  public interface Periods {
    String label(String modelId, long windowStartMillis);
  }

  /** One summary per model, in order of model id. */
  static List<ModelSummary> of(Collection<PerformanceReading> readings, Periods periods) {
    Map<String, List<PerformanceReading>> byModel =
        readings.stream()
            .collect(
                Collectors.groupingBy(
                    PerformanceReading::modelId, TreeMap::new, Collectors.toList()));
    return byModel.entrySet().stream()
        .map(model -> of(model.getKey(), model.getValue(), periods))
        .toList();
  }

  private static ModelSummary of(
      String modelId, List<PerformanceReading> readings, Periods periods) {
    List<PerformanceReading> sorted = new ArrayList<>(readings);
    sorted.sort(
        Comparator.comparing(PerformanceReading::modelVersion)
            .thenComparing(PerformanceReading::segment)
            .thenComparing(PerformanceReading::variant)
            .thenComparing(PerformanceReading::windowStartMillis));
    List<PerformanceReading> whole = cut(sorted, true, true);
    Group total = new Group("all");
    whole.forEach(total::add);
    return new ModelSummary(
        modelId,
        readings.get(0).task(),
        total,
        groups(whole, r -> periods.label(modelId, r.windowStartMillis())),
        groups(whole, PerformanceReading::modelVersion),
        groups(cut(sorted, false, true), PerformanceReading::segment),
        groups(cut(sorted, true, false), PerformanceReading::variant),
        sorted);
  }

  private static List<PerformanceReading> cut(
      List<PerformanceReading> readings, boolean everySegment, boolean everyVariant) {
    return readings.stream()
        .filter(r -> r.segment().equals(PerformanceReading.ALL) == everySegment)
        .filter(r -> r.variant().equals(PerformanceReading.ALL) == everyVariant)
        .toList();
  }

  /** Groups in order of their name; readings with an empty name are left out. */
  private static List<Group> groups(
      List<PerformanceReading> readings, Function<PerformanceReading, String> name) {
    Map<String, Group> groups = new TreeMap<>();
    for (PerformanceReading reading : readings) {
      String group = name.apply(reading);
      if (!group.isEmpty()) {
        groups.computeIfAbsent(group, Group::new).add(reading);
      }
    }
    return List.copyOf(groups.values());
  }
}
