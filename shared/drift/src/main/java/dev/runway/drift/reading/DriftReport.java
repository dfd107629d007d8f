package dev.runway.drift.reading;

import java.util.Comparator;
import java.util.List;

/**
 * What one window says about all features.
 *
 * @param events of the window
 * @param features in the profile's order
 */
public record DriftReport(String baselineId, long events, List<FeatureDrift> features) {

  /** Keeps a copy. */
  public DriftReport {
    features = List.copyOf(features);
  }

  /** The worst of all features. */
  public Severity severity() {
    return features.stream().map(FeatureDrift::severity).reduce(Severity.NONE, Severity::or);
  }

  /** Features with an alarm, the worst first: of one severity those with the highest PSI. */
  public List<FeatureDrift> flagged() {
    return features.stream()
        .filter(feature -> feature.severity() != Severity.NONE)
        .sorted(
            Comparator.comparing(FeatureDrift::severity)
                .thenComparingDouble(FeatureDrift::psi)
                .reversed())
        .toList();
  }

  /** Features of which anything could be judged. */
  public long judged() {
    return features.stream().filter(FeatureDrift::judged).count();
  }

  /** Features whose distribution could be judged. */
  public long scored() {
    return features.stream().filter(f -> f.status() == FeatureDrift.Status.SCORED).count();
  }
}
