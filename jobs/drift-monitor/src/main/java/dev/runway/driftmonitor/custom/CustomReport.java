package dev.runway.driftmonitor.custom;

import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.custom.Measure;
import dev.runway.drift.performance.Interval;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says what metrics of users found in the contract's terms, as a reading of its own beside that of
 * the built-in metrics: their thresholds are no tests, so they must neither raise what counts as
 * material drift nor weaken its correction for many features.
 *
 * <p>A value above its threshold is flagged, and so is its feature, at a severity of 0.5. Shown are
 * the flagged features, and of each metric those with its highest values.
 */
final class CustomReport {
  /** First part of the profile id; that of the baseline follows. */
  static final String PROFILE = "custom.";

  /** First part of the names of metrics; no built-in one has a colon. */
  static final String METRIC = "custom:";

  static final String JAVA = "CUSTOM_JAVA";
  static final String SQL = "CUSTOM_SQL";

  /** Features of one reading: with 16 signals each they stay below the bytes of one. */
  static final int MAX_FEATURES = 100;

  private static final double FLAGGED = 0.5;

  private final List<FeatureWindow> windows;
  private final int topFeatures;
  private final List<List<Signal>> signals = new ArrayList<>();
  private final Map<String, List<Integer>> measured = new LinkedHashMap<>();

  CustomReport(List<FeatureWindow> windows, int topFeatures) {
    this.windows = windows;
    this.topFeatures = topFeatures;
    windows.forEach(window -> signals.add(new ArrayList<>()));
  }

  /**
   * Adds a value of a metric.
   *
   * @param feature index among the windows
   */
  void add(int feature, String name, String method, Measure measure) {
    Double error = measure.standardError();
    Double half = error == null ? null : Interval.Z * error;
    Double threshold = measure.threshold();
    double value = measure.value();
    signals
        .get(feature)
        .add(
            new Signal(
                METRIC + name,
                value,
                half == null ? null : finite(value - half),
                half == null ? null : finite(value + half),
                error,
                windows.get(feature).current().n(),
                method,
                threshold,
                null,
                null,
                threshold != null && value > threshold));
    measured.computeIfAbsent(METRIC + name, metric -> new ArrayList<>()).add(feature);
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** The reading. */
  DriftReading reading(DriftReading builtIn) {
    int evaluated = (int) signals.stream().filter(of -> !of.isEmpty()).count();
    int flagged = (int) signals.stream().filter(CustomReport::isFlagged).count();
    boolean decides = signals.stream().flatMap(List::stream).anyMatch(s -> s.threshold() != null);
    return new DriftReading(
        builtIn.modelId(),
        builtIn.modelVersion(),
        builtIn.segment(),
        profileId(builtIn.profileId()),
        builtIn.provisional(),
        builtIn.windowStartMillis(),
        builtIn.windowEndMillis(),
        builtIn.evaluatedFromMillis(),
        builtIn.revision(),
        builtIn.status(),
        builtIn.predictions(),
        builtIn.profileFeatures(),
        evaluated,
        flagged,
        flagged > 0 ? Double.valueOf(FLAGGED) : decides ? Double.valueOf(0) : null,
        builtIn.status() == Status.EVALUATED ? shown() : List.of());
  }

  /** Of the baseline's; a very long one is replaced by its hash. */
  static String profileId(String ofBaseline) {
    String whole = PROFILE + ofBaseline;
    return whole.length() <= Limits.MAX_ID
        ? whole
        : PROFILE + UUID.nameUUIDFromBytes(ofBaseline.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isFlagged(List<Signal> ofFeature) {
    return ofFeature.stream().anyMatch(Signal::flagged);
  }

  private List<Feature> shown() {
    Set<Integer> shown = new LinkedHashSet<>();
    for (int i = 0; i < windows.size(); i++) {
      if (isFlagged(signals.get(i))) {
        shown.add(i);
      }
    }
    measured.forEach(
        (metric, features) ->
            features.stream()
                .sorted(
                    Comparator.comparingDouble((Integer i) -> value(i, metric))
                        .reversed()
                        .thenComparing(i -> windows.get(i).feature()))
                .limit(topFeatures)
                .forEach(shown::add));
    return shown.stream().limit(MAX_FEATURES).map(this::feature).toList();
  }

  private double value(int feature, String metric) {
    for (Signal signal : signals.get(feature)) {
      Double value = signal.value();
      if (value != null && signal.metric().equals(metric)) {
        return value;
      }
    }
    return Double.NEGATIVE_INFINITY;
  }

  private Feature feature(int index) {
    FeatureWindow window = windows.get(index);
    List<Signal> found = signals.get(index);
    boolean flagged = isFlagged(found);
    boolean decides = found.stream().anyMatch(signal -> signal.threshold() != null);
    return new Feature(
        window.feature(),
        window.kind() == FeatureKind.NUMERIC
            ? DriftReading.FeatureKind.NUMERIC
            : DriftReading.FeatureKind.CATEGORICAL,
        flagged,
        flagged ? Double.valueOf(FLAGGED) : decides ? Double.valueOf(0) : null,
        found);
  }
}
