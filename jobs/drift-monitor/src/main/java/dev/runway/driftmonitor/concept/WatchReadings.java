package dev.runway.driftmonitor.concept;

import dev.runway.drift.concept.ConceptDrift;
import dev.runway.drift.performance.Interval;
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

  /** Method of Page-Hinkley and ADWIN. */
  private static final String SEQUENTIAL = "SEQUENTIAL";

  private WatchReadings() {}

  /**
   * What was judged for a window.
   *
   * @param fromMillis start of the earliest window that was taken along
   * @param revision labels that were there to be taken
   * @param labels that were taken
   * @param result null for too few labels
   */
  record Judged(
      Window window, long fromMillis, long revision, long labels, @Nullable ConceptResult result) {}

  static DriftReading concept(WatchedGroup group, String profileId, Judged judged) {
    ConceptResult result = judged.result();
    boolean flagged = result != null && result.isMaterial();
    return new DriftReading(
        group.version().modelId(),
        group.version().version(),
        group.segment(),
        profileId,
        // The reference is live traffic, and no one has said that the model was well in it.
        true,
        judged.window().startMillis(),
        judged.window().endMillis(),
        judged.fromMillis(),
        judged.revision(),
        // It is complete, and as wide as it may become.
        result == null ? Status.NO_DECISION : Status.EVALUATED,
        judged.labels(),
        1,
        result == null ? 0 : 1,
        flagged ? 1 : 0,
        result == null ? null : result.severity(),
        result == null ? List.of() : List.of(meaning(result), outcome(result)));
  }

  private static Feature meaning(ConceptResult result) {
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

  private static Feature outcome(ConceptResult result) {
    long n = result.drift().n();
    Interval interval = result.outcomes().interval();
    return new Feature(
        OUTCOME,
        FeatureKind.CATEGORICAL,
        false,
        null,
        List.of(
            new Signal(
                "psi_debiased",
                result.outcomes().debiased(),
                interval.low(),
                interval.high(),
                result.outcomes().se(),
                n,
                EXACT,
                null,
                result.outcomes().pAny(),
                null,
                false)));
  }

  /**
   * What detectors say that a document asks for.
   *
   * @param changed whether one of them, that is right as a rule, saw a change
   */
  record Chosen(List<Signal> signals, boolean changed) {}

  /**
   * What the detectors say of a window.
   *
   * @param bare signals of the losses alone, whatever was expected of them
   */
  static DriftReading changes(
      WatchedGroup group,
      Window window,
      LossWatch watch,
      WindowLosses losses,
      List<Signal> bare,
      Chosen chosen) {
    Alarm rise = watch.rise();
    Alarm cut = watch.cut();
    boolean flagged = rise != null || cut != null || chosen.changed();
    // Page-Hinkley is fast and at times wrong; what ADWIN finds as well is certain.
    double severity = cut != null ? 1 : flagged ? 0.5 : 0;
    List<Signal> signals = new ArrayList<>(detectors(watch));
    signals.addAll(chosen.signals());
    signals.addAll(bare);
    Feature loss = new Feature(LOSS, FeatureKind.NUMERIC, flagged, severity, signals);
    return new DriftReading(
        group.version().modelId(),
        group.version().version(),
        group.segment(),
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

  private static List<Signal> detectors(LossWatch watch) {
    List<Signal> signals = new ArrayList<>();
    Alarm rise = watch.rise();
    signals.add(
        rise == null
            ? detector(
                "page_hinkley", SEQUENTIAL, watch.sum(), watch.samples(), watch.lambda(), false)
            : detector(
                "page_hinkley",
                SEQUENTIAL,
                rise.statistic(),
                rise.samples(),
                rise.threshold(),
                true));
    if (rise != null) {
      signals.add(since("page_hinkley_since", rise));
    }
    explained(signals, "page_hinkley_explained", watch.explainedRises(), watch.seen());
    Alarm cut = watch.cut();
    signals.add(
        cut == null
            ? detector("adwin", SEQUENTIAL, null, watch.held(), LossWatch.TOLERATED, false)
            : detector("adwin", SEQUENTIAL, cut.statistic(), cut.samples(), cut.threshold(), true));
    if (cut != null) {
      signals.add(since("adwin_since", cut));
    }
    explained(signals, "adwin_explained", watch.explainedCuts(), watch.seen());
    return signals;
  }

  /** Alarms that were not raised, so that a detector that begins anew leaves a trace. */
  static void explained(List<Signal> signals, String metric, int alarms, long samples) {
    if (alarms > 0) {
      signals.add(plain(metric, alarms, null, samples, "REFERENCE_ERROR"));
    }
  }

  /** Of decisions: how many were wrong, and how many more than expected. */
  static List<Signal> errors(WindowLosses losses) {
    long n = losses.count();
    double rate = losses.bareMean();
    Interval interval = Interval.wilson(rate, (double) n);
    double se = Math.sqrt(rate * (1 - rate) / n);
    return List.of(
        excess(losses, "REFERENCE_RATES"),
        new Signal(
            "error_rate",
            rate,
            interval.low(),
            interval.high(),
            se,
            n,
            "COUNT",
            null,
            null,
            null,
            false));
  }

  /**
   * Of predicted numbers: how far off they were, and how much more than expected.
   *
   * @param scale the absolute residual whose loss is 1
   */
  static List<Signal> residuals(WindowLosses losses, double scale) {
    long n = losses.count();
    return List.of(
        excess(losses, "REFERENCE_LOSS"),
        plain("mean_absolute_residual", losses.bareMean(), known(losses.bareError()), n, "MEAN"),
        plain("loss_scale", scale, null, n, "REFERENCE_QUANTILE"));
  }

  private static Signal excess(WindowLosses losses, String method) {
    return plain("excess_loss", losses.mean(), known(losses.error()), losses.count(), method);
  }

  private static @Nullable Double known(double se) {
    return Double.isNaN(se) ? null : se;
  }

  static Signal detector(
      String metric,
      String method,
      @Nullable Double statistic,
      long samples,
      @Nullable Double threshold,
      boolean flagged) {
    return new Signal(
        metric, statistic, null, null, null, samples, method, threshold, null, null, flagged);
  }

  /** A time as a value: epoch milliseconds, which a double holds exactly. */
  static Signal since(String metric, Alarm alarm) {
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

  static Signal plain(String metric, double value, @Nullable Double se, long n, String method) {
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
