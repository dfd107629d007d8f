package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.performance.Interval;
import dev.runway.drift.performance.LabelledScores;
import dev.runway.driftmonitor.concept.LossWatch.Alarm;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what truths show in the contract's terms. */
final class WatchReadings {
  /** First part of the profile id of concept drift; the span of its reference follows. */
  static final String CONCEPT = "concept";

  /** Profile id of the change detectors. */
  static final String CHANGES = "change-detectors";

  /** The meaning of scores, among the features. */
  static final String MEANING = "$concept";

  /** The outcomes alone, among the features. */
  static final String OUTCOME = "$outcome";

  /** The loss of the decisions, among the features. */
  static final String LOSS = "$loss";

  private static final String EXACT = "EXACT_HISTOGRAM";

  private WatchReadings() {}

  static DriftReading concept(
      VersionKey key,
      String profileId,
      Window window,
      long fromMillis,
      long revision,
      ConceptMeasure measure,
      LabelledScores judged) {
    boolean enough = measure.isEnough(judged);
    ConceptMeasure.Result result = enough ? measure.of(judged) : null;
    boolean flagged = result != null && result.isMaterial();
    return new DriftReading(
        key.modelId(),
        key.version(),
        DriftReading.ALL,
        profileId,
        // The reference is live traffic, and no one has said that the model was well in it.
        true,
        window.startMillis(),
        window.endMillis(),
        fromMillis,
        revision,
        // It is complete, and as wide as it may become.
        enough ? Status.EVALUATED : Status.NO_DECISION,
        judged.count(),
        1,
        enough ? 1 : 0,
        flagged ? 1 : 0,
        result == null ? null : result.severity(),
        result == null ? List.of() : List.of(meaning(result), outcome(result)));
  }

  private static Feature meaning(ConceptMeasure.Result result) {
    ConceptDrift drift = result.drift();
    double value = result.normalised();
    double half = Interval.Z * result.standardError();
    double raw = (drift.conditionalKl() - result.error().bias()) / drift.labelEntropy();
    Signal normalised =
        new Signal(
            "conditional_kl_normalised",
            value,
            Math.max(0, raw - half),
            Math.max(0, raw + half),
            result.standardError(),
            drift.n(),
            EXACT,
            ConceptDrift.WARNING,
            result.materialP(),
            null,
            result.isMaterial());
    return new Feature(
        MEANING,
        FeatureKind.NUMERIC,
        result.isMaterial(),
        result.severity(),
        List.of(
            normalised,
            plain(
                "conditional_kl",
                drift.conditionalKl(),
                result.error().standardError(),
                drift.n(),
                EXACT),
            plain("covariate_kl", drift.covariateKl(), null, drift.n(), EXACT),
            plain("joint_kl", drift.jointKl(), null, drift.n(), EXACT),
            new Signal(
                "g_test", drift.g(), null, null, null, drift.n(), EXACT, null, drift.p(), null,
                false)));
  }

  private static Feature outcome(ConceptMeasure.Result result) {
    long n = result.drift().n();
    Interval interval = result.labelPsi().interval();
    return new Feature(
        OUTCOME,
        FeatureKind.CATEGORICAL,
        false,
        null,
        List.of(
            new Signal(
                "psi_debiased",
                result.labelPsi().debiased(),
                interval.low(),
                interval.high(),
                result.labelPsi().se(),
                n,
                EXACT,
                null,
                result.labelPsi().pAny(),
                null,
                false)));
  }

  static DriftReading changes(VersionKey key, Window window, LossWatch watch, WindowLosses losses) {
    Alarm rise = watch.rise();
    Alarm cut = watch.cut();
    boolean flagged = rise != null || cut != null;
    // Page-Hinkley is fast and at times wrong; what ADWIN finds as well is certain.
    double severity = cut != null ? 1 : rise != null ? 0.5 : 0;
    Feature loss =
        new Feature(LOSS, FeatureKind.NUMERIC, flagged, severity, signals(watch, losses));
    return new DriftReading(
        key.modelId(),
        key.version(),
        DriftReading.ALL,
        CHANGES,
        true,
        window.startMillis(),
        window.endMillis(),
        window.startMillis(),
        losses.count(),
        Status.EVALUATED,
        losses.count(),
        1,
        1,
        flagged ? 1 : 0,
        severity,
        List.of(loss));
  }

  private static List<Signal> signals(LossWatch watch, WindowLosses losses) {
    List<Signal> signals = new ArrayList<>();
    Alarm rise = watch.rise();
    signals.add(
        rise == null
            ? detector("page_hinkley", watch.sum(), watch.samples(), watch.lambda(), false)
            : detector("page_hinkley", rise.statistic(), rise.samples(), watch.lambda(), true));
    if (rise != null) {
      signals.add(since("page_hinkley_since", rise));
    }
    Alarm cut = watch.cut();
    signals.add(
        cut == null
            ? detector("adwin", null, watch.held(), LossWatch.TOLERATED, false)
            : detector("adwin", cut.statistic(), cut.samples(), LossWatch.TOLERATED, true));
    if (cut != null) {
      signals.add(since("adwin_since", cut));
    }
    long n = losses.count();
    double se = losses.standardError();
    signals.add(
        plain("excess_loss", losses.mean(), Double.isNaN(se) ? null : se, n, "REFERENCE_RATES"));
    Interval interval = Interval.wilson(losses.errorRate(), (double) n);
    double errorSe = Math.sqrt(losses.errorRate() * (1 - losses.errorRate()) / n);
    signals.add(
        new Signal(
            "error_rate",
            losses.errorRate(),
            interval.low(),
            interval.high(),
            errorSe,
            n,
            "COUNT",
            null,
            null,
            null,
            false));
    return signals;
  }

  private static Signal detector(
      String metric, @Nullable Double statistic, long samples, double threshold, boolean flagged) {
    return new Signal(
        metric, statistic, null, null, null, samples, "SEQUENTIAL", threshold, null, null, flagged);
  }

  /** A time as a value: epoch milliseconds, which a double holds exactly. */
  private static Signal since(String metric, Alarm alarm) {
    return new Signal(
        metric,
        (double) alarm.sinceMillis(),
        null,
        null,
        null,
        alarm.samples(),
        "EPOCH_MILLIS",
        null,
        null,
        null,
        false);
  }

  private static Signal plain(
      String metric, double value, @Nullable Double se, long n, String method) {
    return new Signal(
        metric,
        value,
        se == null ? null : value - Interval.Z * se,
        se == null ? null : value + Interval.Z * se,
        se,
        n,
        method,
        null,
        null,
        null,
        false);
  }
}
