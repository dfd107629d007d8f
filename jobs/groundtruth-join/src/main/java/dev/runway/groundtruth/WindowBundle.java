package dev.runway.groundtruth;

import dev.runway.flink.BundleFunction;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Task;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.Collector;

/**
 * Adds contributions up in memory before they cross the network: per window of a model version, and
 * within it for all predictions, each segment, each variant, and each pair of both.
 */
final class WindowBundle
    implements BundleFunction<Contribution, WindowBundle.Key, WindowBundle.Groups, WindowDelta> {

  /** A window of a model version, with what the counts are kept by. */
  record Key(ModelVersion model, WindowKey window, Task task) {}

  /** The counts of a window, per group. */
  static final class Groups {
    private final Map<WindowKey, WindowCounts> counts = new HashMap<>();
  }

  @Override
  public Key key(Contribution change) {
    AdmittedPrediction prediction = change.prediction();
    return new Key(
        new ModelVersion(prediction.key().modelId(), prediction.version()),
        WindowKey.of(prediction),
        prediction.terms().task());
  }

  @Override
  public Groups create(Key key) {
    return new Groups();
  }

  @Override
  public void add(Groups groups, Contribution change) {
    AdmittedPrediction prediction = change.prediction();
    WindowKey whole = WindowKey.of(prediction);
    String segment = prediction.segment();
    String variant = prediction.variant();
    add(groups, whole, change);
    if (segment != null) {
      add(groups, whole.within(segment, PerformanceReading.ALL), change);
    }
    if (variant != null) {
      add(groups, whole.within(PerformanceReading.ALL, variant), change);
    }
    if (segment != null && variant != null) {
      add(groups, whole.within(segment, variant), change);
    }
  }

  private static void add(Groups groups, WindowKey group, Contribution change) {
    Task task = change.prediction().terms().task();
    groups.counts.computeIfAbsent(group, key -> WindowCounts.empty(task)).add(change);
  }

  @Override
  public void emit(Key key, Groups groups, Collector<WindowDelta> out) {
    groups.counts.forEach(
        (group, counts) -> out.collect(new WindowDelta(key.model(), group, counts)));
  }
}
