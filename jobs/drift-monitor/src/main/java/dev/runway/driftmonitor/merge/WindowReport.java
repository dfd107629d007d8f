package dev.runway.driftmonitor.merge;

import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.reading.Severity;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.Limits;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores a window and says it in the contract's terms: the model as a whole, the features that
 * drifted, and beside them those that changed most.
 *
 * <p>The severity of a feature is 0.5 at a warning and 1 at a critical reading, and of debiased PSI
 * in between as well; of the whole it is the worst feature's, or the share of the judged features
 * that drifted where half of them is 1.
 */
public final class WindowReport {
  private static final String PSI = "psi_debiased";

  /** Share of drifted features at which a data set as a whole has drifted. */
  private static final double DRIFTED_SHARE = 0.5;

  /**
   * What may be set.
   *
   * @param minimum values, now and in the reference, below which no distribution is judged
   * @param level rate of false discoveries over the features of one window
   * @param topFeatures features shown that did not drift, those with the highest PSI
   */
  public record Settings(long minimum, double level, int topFeatures) implements Serializable {
    DriftPolicy policy() {
      DriftPolicy standard = DriftPolicy.standard();
      return new DriftPolicy(
          standard.warning(),
          standard.critical(),
          level,
          standard.correction(),
          minimum,
          standard.missingWarning(),
          standard.missingCritical(),
          standard.newMass());
    }
  }

  private final DriftPolicy policy;
  private final DriftScorer scorer;
  private final int topFeatures;

  WindowReport(Settings settings) {
    this.policy = settings.policy();
    this.scorer = new DriftScorer(policy);
    this.topFeatures = settings.topFeatures();
  }

  /**
   * The reading of a window.
   *
   * @param window of the segment to be named in the reading
   * @param fromMillis where the tile begins: with the window, or earlier
   * @param widest whether every window it may take in has traffic, or is closed
   * @param revision rises with every event the window may rest on
   */
  DriftReading read(
      BaselineKey key,
      TileLayout baseline,
      Span window,
      long fromMillis,
      boolean widest,
      long revision,
      Tile tile) {
    DriftReport report = scorer.score(baseline, tile);
    boolean enough = tile.events() >= policy.minimum();
    List<Feature> features = enough ? features(report, baseline) : List.of();
    int evaluated = enough ? (int) report.judged() : 0;
    int flagged = enough ? report.flagged().size() : 0;
    return new DriftReading(
        key.modelId(),
        key.version(),
        window.segment(),
        key.profileId(),
        baseline.profile().provisional(),
        window.startMillis(),
        window.endMillis(),
        fromMillis,
        revision,
        enough ? Status.EVALUATED : widest ? Status.NO_DECISION : Status.INSUFFICIENT_DATA,
        tile.events(),
        baseline.size(),
        evaluated,
        flagged,
        evaluated == 0 ? null : severity(features, flagged, evaluated),
        features);
  }

  private static double severity(List<Feature> features, int flagged, int evaluated) {
    double worst = 0;
    for (Feature feature : features) {
      Double severity = feature.severity();
      if (feature.flagged() && severity != null) {
        worst = Math.max(worst, severity);
      }
    }
    return Math.max(worst, Math.min(1, (double) flagged / evaluated / DRIFTED_SHARE));
  }

  private List<Feature> features(DriftReport report, TileLayout baseline) {
    List<Feature> shown = new ArrayList<>();
    for (FeatureDrift flagged : report.flagged()) {
      if (shown.size() < Limits.MAX_DRIFT_FEATURES) {
        shown.add(feature(flagged, baseline));
      }
    }
    report.features().stream()
        .filter(feature -> feature.severity() == Severity.NONE)
        .filter(feature -> feature.reading(PSI).isPresent())
        .sorted(
            Comparator.comparingDouble(WindowReport::psi)
                .reversed()
                .thenComparing(FeatureDrift::feature))
        .limit(Math.min(topFeatures, Limits.MAX_DRIFT_FEATURES - shown.size()))
        .forEach(feature -> shown.add(feature(feature, baseline)));
    return shown;
  }

  private static double psi(FeatureDrift feature) {
    return feature.reading(PSI).map(reading -> reading.value()).orElse(0.0);
  }

  private Feature feature(FeatureDrift drift, TileLayout baseline) {
    boolean numeric = baseline.kind(baseline.position(drift.feature())) == FeatureKind.NUMERIC;
    boolean flagged = drift.severity() != Severity.NONE;
    return new Feature(
        drift.feature(),
        numeric ? DriftReading.FeatureKind.NUMERIC : DriftReading.FeatureKind.CATEGORICAL,
        flagged,
        severity(drift),
        drift.readings().stream().limit(Limits.MAX_SIGNALS).map(WindowReport::signal).toList());
  }

  private @Nullable Double severity(FeatureDrift drift) {
    if (!drift.judged()) {
      return null;
    }
    double least =
        switch (drift.severity()) {
          case NONE -> 0;
          case WARNING -> 0.5;
          case CRITICAL -> 1;
        };
    return Math.max(least, drift.severity() == Severity.NONE ? 0 : graded(psi(drift)));
  }

  /** From the warning threshold (0.5) to the critical one (1). */
  private double graded(double psi) {
    if (psi >= policy.critical()) {
      return 1;
    }
    if (psi >= policy.warning()) {
      return 0.5 + 0.5 * (psi - policy.warning()) / (policy.critical() - policy.warning());
    }
    return 0.5 * Math.max(0, psi) / policy.warning();
  }

  private static Signal signal(dev.runway.drift.reading.DriftReading reading) {
    return new Signal(
        reading.metric(),
        reading.value(),
        reading.low(),
        reading.high(),
        reading.se(),
        reading.n(),
        reading.method(),
        reading.threshold(),
        reading.p(),
        reading.q(),
        reading.severity() != Severity.NONE);
  }
}
