package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.DriftMetric;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The metrics that a class loader finds, by name. */
final class MetricCatalogue {
  private final Map<String, List<DriftMetric>> byName = new TreeMap<>();
  private final List<String> broken = new ArrayList<>();

  /**
   * Looks for metrics. A provider that cannot be made is left out, and named when one is missing.
   */
  MetricCatalogue(ClassLoader loader) {
    Iterator<DriftMetric> found = ServiceLoader.load(DriftMetric.class, loader).iterator();
    while (true) {
      DriftMetric metric;
      String name;
      try {
        if (!found.hasNext()) {
          break;
        }
        metric = found.next();
        name = metric.name();
      } catch (Throwable e) {
        if (GuardedMetric.isOfTheProcess(e)) {
          throw e;
        }
        broken.add(e.toString());
        if (broken.size() > CustomSettings.MAX_METRICS) {
          break;
        }
        continue;
      }
      add(name, metric);
    }
  }

  private void add(String name, DriftMetric metric) {
    if (name == null || !name.matches(DriftMetric.NAME)) {
      broken.add("%s is named %s, not as %s".formatted(metric.getClass(), name, DriftMetric.NAME));
      return;
    }
    byName.computeIfAbsent(name, unknown -> new ArrayList<>()).add(metric);
  }

  /**
   * The metrics of some names, in the order given.
   *
   * @throws IllegalArgumentException naming those that are unknown and those that were found, or
   *     the classes of two that have one of the names
   */
  List<DriftMetric> require(List<String> names) {
    List<String> unknown = names.stream().filter(name -> !byName.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "runway.drift.metrics (%s) are not found; found are %s%s"
              .formatted(
                  String.join(", ", unknown),
                  byName.isEmpty() ? "none" : String.join(", ", byName.keySet()),
                  broken.isEmpty() ? "" : "; not usable: " + String.join("; ", broken)));
    }
    return names.stream().map(this::only).toList();
  }

  private DriftMetric only(String name) {
    List<DriftMetric> all = byName.getOrDefault(name, List.of());
    if (all.size() > 1) {
      throw new IllegalArgumentException(
          "two drift metrics are named %s: %s and %s; remove one of them"
              .formatted(name, all.get(0).getClass().getName(), all.get(1).getClass().getName()));
    }
    return all.get(0);
  }
}
