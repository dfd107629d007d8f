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
import org.jspecify.annotations.Nullable;

/**
 * Adds contributions up in memory before they cross the network: per window of a model version, and
 * within it for all predictions, each segment, each variant, and each pair of both.
 *
 * <p>While a bundle grows, a prediction is in one sum only, that of its pair; the others follow
 * from the pairs when the bundle leaves. So a bundle holds no more counts than contributions.
 */
final class WindowBundle
    implements BundleFunction<Contribution, WindowBundle.Key, WindowBundle.Groups, WindowDelta> {

  /** A window of a model version. */
  record Key(ModelVersion model, WindowKey window) {}

  /** Segment and variant of a prediction. */
  private record Pair(@Nullable String segment, @Nullable String variant) {}

  /** The counts of a window, per pair. */
  static final class Groups {
    private final Map<Pair, WindowCounts> counts = new HashMap<>();
  }

  @Override
  public Key key(Contribution change) {
    AdmittedPrediction prediction = change.prediction();
    return new Key(
        new ModelVersion(prediction.key().modelId(), prediction.version()),
        WindowKey.of(prediction));
  }

  @Override
  public Groups create(Key key) {
    return new Groups();
  }

  @Override
  public long add(Groups groups, Contribution change) {
    AdmittedPrediction prediction = change.prediction();
    Pair pair = new Pair(prediction.segment(), prediction.variant());
    Task task = prediction.terms().task();
    groups.counts.computeIfAbsent(pair, none -> WindowCounts.empty(task)).add(change);
    return 0;
  }

  @Override
  public void emit(Key key, Groups groups, Collector<WindowDelta> out) {
    Map<WindowKey, WindowCounts> sums = new HashMap<>();
    groups.counts.forEach((pair, counts) -> addUp(sums, key.window(), pair, counts));
    sums.forEach((group, counts) -> out.collect(new WindowDelta(key.model(), group, counts)));
  }

  private static void addUp(
      Map<WindowKey, WindowCounts> sums, WindowKey whole, Pair pair, WindowCounts counts) {
    String segment = pair.segment();
    String variant = pair.variant();
    addTo(sums, whole, counts);
    if (segment != null) {
      addTo(sums, whole.within(segment, PerformanceReading.ALL), counts);
    }
    if (variant != null) {
      addTo(sums, whole.within(PerformanceReading.ALL, variant), counts);
    }
    if (segment != null && variant != null) {
      addTo(sums, whole.within(segment, variant), counts);
    }
  }

  private static void addTo(
      Map<WindowKey, WindowCounts> sums, WindowKey group, WindowCounts counts) {
    sums.computeIfAbsent(group, none -> WindowCounts.empty(counts.task())).add(counts);
  }
}
