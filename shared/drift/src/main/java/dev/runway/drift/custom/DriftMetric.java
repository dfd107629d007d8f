package dev.runway.drift.custom;

import java.util.Optional;

/**
 * A drift metric of a user's own, found by {@link java.util.ServiceLoader}: a public class with a
 * public constructor without parameters, named in its jar's {@code
 * META-INF/services/dev.runway.drift.custom.DriftMetric}.
 *
 * <p>It is asked once for each feature of each window that is judged, and once more when a window
 * is judged again for what came late; never for each event. The same window must give the same
 * measure, whatever was asked before, or a replay writes other readings. One thread at a time asks
 * an instance, and each subtask has its own.
 *
 * <p>What it throws, a value that is no finite number and an answer that takes too long cost its
 * own reading only.
 */
public interface DriftMetric {

  /** What a name looks like. */
  String NAME = "[a-z][a-z0-9_]{0,39}";

  /**
   * Its name, which matches {@link #NAME} and never changes; readings call it {@code custom:name}.
   */
  String name();

  /**
   * Measures how a feature of a window differs from the baseline.
   *
   * @param window what is known about one feature
   * @return empty where the metric does not apply: no reading
   */
  Optional<Measure> measure(FeatureWindow window);
}
