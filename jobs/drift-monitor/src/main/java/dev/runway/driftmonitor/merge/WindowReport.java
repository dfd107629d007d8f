package dev.runway.driftmonitor.merge;

import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.performance.Interval;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.reading.Reach;
import dev.runway.drift.reading.Severity;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.DaySummary;
import dev.runway.drift.window.History;
import dev.runway.drift.window.JudgedWindow;
import dev.runway.drift.window.JudgedWindow.Excuse;
import dev.runway.drift.window.WindowJudge;
import dev.runway.driftmonitor.count.PredictionCounting;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.Limits;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Scores a window and says it in the contract's terms: the model as a whole, its outputs, the
 * features that drifted, those that a season excuses, and beside them those that changed most.
 *
 * <p>The severity of a feature is 0.5 at a warning and 1 at a critical reading, and of debiased PSI
 * in between as well; of the whole it is the worst feature's, or the share of the judged features
 * that drifted where half of them is 1.
 */
public final class WindowReport {
  private static final String PSI = "psi_debiased";

  /**
   * Under this name stands what is known of a window and belongs to no feature. Of its events:
   * {@code unknown_features}, values per event of features that the baseline does not have; and
   * where their weights differ {@code weighted}, the share of events with another weight than 1,
   * and {@code effective_share}, see {@link Uncounted#effectiveShare}. Of the window as it was
   * judged: {@code blind_features}, how many features could not have drifted whatever came, see
   * {@link Reach}. Each only where there is something to say.
   */
  public static final String EVENTS = DriftReading.EVENTS;

  /** Features that are told with every metric: two hundred of them are more than a record holds. */
  static final int IN_FULL = 100;

  /** What says of a distribution what PSI says of it too; only told of the features above. */
  private static final Set<String> OTHER_DISTANCES =
      Set.of(
          "psi_with_null",
          "kl",
          "kl_ref_cur",
          "js",
          "hellinger",
          "tvd",
          "cramers_v",
          "chi_square",
          "g",
          "w1_trimmed");

  /** So many flagged features are all named, whatever outputs stand before them. */
  private static final int ALL_NAMED = Limits.MAX_DRIFT_FEATURES - 4;

  /** Share of drifted features at which a data set as a whole has drifted. */
  private static final double DRIFTED_SHARE = 0.5;

  /**
   * What may be set.
   *
   * @param minimum values, now and in the reference, below which no distribution is judged
   * @param level rate of false discoveries over the features of one window
   * @param topFeatures features shown that did not drift, those with the highest PSI; outputs are
   *     shown beside them
   * @param unknownSeasons whether {@link DriftReading#SEASON_UNKNOWN} is told
   */
  public record Settings(long minimum, double level, int topFeatures, boolean unknownSeasons)
      implements Serializable {

    /** As usual. */
    public Settings(long minimum, double level, int topFeatures) {
      this(minimum, level, topFeatures, true);
    }

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
  private final WindowJudge judge;
  private final int topFeatures;
  private final boolean unknownSeasons;

  WindowReport(Settings settings) {
    this.policy = settings.policy();
    this.judge = new WindowJudge(policy);
    this.topFeatures = settings.topFeatures();
    this.unknownSeasons = settings.unknownSeasons();
  }

  /** See {@link WindowJudge#judge}. */
  JudgedWindow judge(
      TileLayout baseline,
      Tile tile,
      @Nullable Tile before,
      long fromMillis,
      long endMillis,
      History<Exception> history)
      throws Exception {
    return judge.judge(baseline, tile, before, fromMillis, endMillis, history);
  }

  /** See {@link WindowJudge#summarize}. */
  DaySummary summarize(
      TileLayout baseline,
      WideCounts ended,
      @Nullable WideCounts before,
      Span window,
      History<Exception> history)
      throws Exception {
    return judge.summarize(
        baseline, ended, before, window.startMillis(), window.endMillis(), history);
  }

  /**
   * The reading of a window.
   *
   * @param window of the segment to be named in the reading
   * @param revision rises with every event of the windows it may rest on, and by one more with the
   *     last word
   * @param widest whether every window it may take in has traffic, or is closed
   * @param uncounted of the window alone, without those that it takes in
   * @param own predictions of the window alone; of no use where nothing is uncounted
   */
  DriftReading read(
      BaselineKey key,
      TileLayout baseline,
      Span window,
      JudgedWindow judged,
      long revision,
      boolean widest,
      Uncounted uncounted,
      long own) {
    long events = judged.counts().events();
    boolean enough = events >= policy.minimum();
    List<Feature> features =
        enough ? features(judged, baseline, events(uncounted, own, judged, baseline)) : List.of();
    int evaluated = enough ? (int) judged.report().judged() : 0;
    int flagged = enough ? judged.flagged().size() : 0;
    return new DriftReading(
        key.modelId(),
        key.version(),
        window.segment(),
        key.profileId(),
        baseline.profile().provisional(),
        window.startMillis(),
        window.endMillis(),
        judged.fromMillis(),
        revision,
        enough ? Status.EVALUATED : widest ? Status.NO_DECISION : Status.INSUFFICIENT_DATA,
        events,
        baseline.size(),
        evaluated,
        flagged,
        judged.excused().size(),
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

  /** The model's outputs first, whatever became of them: what it says is what others rely on. */
  private List<Feature> features(
      JudgedWindow judged, TileLayout baseline, @Nullable Feature events) {
    List<FeatureDrift> outputs =
        judged.report().features().stream()
            .filter(feature -> PredictionCounting.isOutput(feature.feature()))
            .toList();
    List<Feature> told = new ArrayList<>();
    for (FeatureDrift output : outputs) {
      told.add(feature(output, judged, baseline, true));
    }
    if (events != null) {
      told.add(events);
    }
    inputs(judged)
        .limit(Math.max(0, Limits.MAX_DRIFT_FEATURES - told.size()))
        .forEach(input -> told.add(feature(input, judged, baseline, told.size() < IN_FULL)));
    return told;
  }

  /**
   * The reading of a window of a version without baseline: how many predictions there were, and
   * under {@link #EVENTS} how many features they had.
   */
  DriftReading unprofiled(BaselineKey key, Span window, long predictions, Uncounted uncounted) {
    Feature events = events(signals(uncounted, predictions));
    return new DriftReading(
        key.modelId(),
        key.version(),
        window.segment(),
        DriftReading.NO_PROFILE,
        false,
        window.startMillis(),
        window.endMillis(),
        window.startMillis(),
        predictions,
        Status.NO_BASELINE,
        predictions,
        0,
        0,
        0,
        null,
        events == null ? List.of() : List.of(events));
  }

  /**
   * What the events had in them that is not counted: nothing is known to compare it with, so it is
   * said and not judged. And what could not have been flagged.
   *
   * @return null where there is nothing of it
   */
  private @Nullable Feature events(
      Uncounted uncounted, long events, JudgedWindow judged, TileLayout baseline) {
    if (baseline.position(EVENTS) >= 0) {
      return null;
    }
    List<Signal> signals = signals(uncounted, events);
    Signal blind = blind(judged, baseline);
    if (blind != null) {
      signals.add(blind);
    }
    if (unknownSeasons && judged.flagged().size() > ALL_NAMED) {
      long unknown =
          judged.flagged().stream()
              .filter(feature -> judged.seasonUnknown().contains(feature.feature()))
              .count();
      if (unknown > 0) {
        // Of those that are not named nobody could know it otherwise.
        signals.add(value(DriftReading.SEASON_UNKNOWN, (double) unknown, events, null));
      }
    }
    return events(signals);
  }

  private static @Nullable Feature events(List<Signal> signals) {
    return signals.isEmpty()
        ? null
        : new Feature(EVENTS, DriftReading.FeatureKind.NUMERIC, false, null, signals);
  }

  private static List<Signal> signals(Uncounted uncounted, long events) {
    List<Signal> signals = new ArrayList<>();
    if (events > 0 && uncounted.unknownFeatures() > 0) {
      signals.add(share("unknown_features", uncounted.unknownFeatures(), events));
    }
    if (events > 0 && uncounted.isUneven(events)) {
      signals.add(share("weighted", uncounted.weighted(), events));
      signals.add(value("effective_share", uncounted.effectiveShare(events), events, null));
    }
    return signals;
  }

  /** Features whose silence says nothing, the worst first; null where there are none. */
  private static @Nullable Signal blind(JudgedWindow judged, TileLayout baseline) {
    List<Blind> blind = new ArrayList<>();
    for (FeatureDrift feature : judged.report().features()) {
      var psi = feature.reading("psi").orElse(null);
      Double threshold = psi == null ? null : psi.threshold();
      if (psi != null && threshold != null) {
        int position = baseline.position(feature.feature());
        double reach = Reach.of(baseline.profile().features().get(position), psi.n());
        if (threshold > reach) {
          blind.add(new Blind(feature.feature(), threshold / reach));
        }
      }
    }
    if (blind.isEmpty()) {
      return null;
    }
    blind.sort(Comparator.comparingDouble(Blind::excess).reversed().thenComparing(Blind::feature));
    return value("blind_features", (double) blind.size(), judged.counts().events(), named(blind));
  }

  /**
   * A feature that could not have drifted.
   *
   * @param excess its threshold over the largest PSI that was possible
   */
  private record Blind(String feature, double excess) {}

  /** As many names as there is room for. */
  private static String named(List<Blind> blind) {
    StringBuilder names = new StringBuilder();
    for (Blind each : blind) {
      String name = (names.isEmpty() ? "" : ", ") + each.feature();
      if (names.length() + name.length() > Limits.MAX_DETAIL - 4) {
        return names.isEmpty() ? "..." : names + " ...";
      }
      names.append(name);
    }
    return names.toString();
  }

  private static Signal share(String metric, long number, long events) {
    return value(metric, (double) number / events, events, null);
  }

  /** A value that is what it is and is compared with nothing. */
  private static Signal value(String metric, double value, long events, @Nullable String detail) {
    return new Signal(
        metric,
        value,
        null,
        null,
        null,
        events,
        dev.runway.drift.reading.DriftReading.EXACT,
        null,
        null,
        null,
        false,
        null,
        detail);
  }

  private Stream<FeatureDrift> inputs(JudgedWindow judged) {
    List<FeatureDrift> shown = new ArrayList<>(judged.flagged());
    for (FeatureDrift feature : judged.report().flagged()) {
      if (judged.excused().containsKey(feature.feature())) {
        shown.add(feature);
      }
    }
    judged.report().features().stream()
        .filter(feature -> feature.severity() == Severity.NONE)
        .filter(feature -> feature.reading(PSI).isPresent())
        .filter(feature -> !PredictionCounting.isOutput(feature.feature()))
        .sorted(
            Comparator.comparingDouble(FeatureDrift::psi)
                .reversed()
                .thenComparing(FeatureDrift::feature))
        .limit(topFeatures)
        .forEach(shown::add);
    return shown.stream().filter(feature -> !PredictionCounting.isOutput(feature.feature()));
  }

  private Feature feature(
      FeatureDrift drift, JudgedWindow judged, TileLayout baseline, boolean inFull) {
    int position = baseline.position(drift.feature());
    Excuse excuse = judged.excused().get(drift.feature());
    boolean flagged = drift.severity() != Severity.NONE && excuse == null;
    List<Signal> signals = new ArrayList<>();
    long samples = judged.counts().n(position);
    change(signals, "psi_previous", samples, judged.previous()[position]);
    change(signals, "psi_last_week", samples, judged.lastWeek()[position]);
    if (excuse != null && excuse.weeks() != 1) {
      String then = excuse.weeks() == 0 ? "two_days_ago" : excuse.weeks() + "_weeks_ago";
      change(signals, "psi_" + then, samples, excuse.change());
    }
    if (unknownSeasons && judged.seasonUnknown().contains(drift.feature())) {
      signals.add(value(DriftReading.SEASON_UNKNOWN, 1, samples, null));
    }
    int room = Limits.MAX_SIGNALS - signals.size();
    List<Signal> all =
        new ArrayList<>(
            drift.readings().stream()
                .filter(reading -> inFull || !OTHER_DISTANCES.contains(reading.metric()))
                .limit(room)
                .map(reading -> signal(reading, excuse == null))
                .toList());
    all.addAll(signals);
    return new Feature(
        drift.feature(),
        baseline.kind(position) == FeatureKind.NUMERIC
            ? DriftReading.FeatureKind.NUMERIC
            : DriftReading.FeatureKind.CATEGORICAL,
        flagged,
        excuse == null ? null : excuse.weeks(),
        severity(drift),
        all);
  }

  /** Debiased PSI between two windows of live traffic, which decides nothing alone. */
  private void change(List<Signal> signals, String metric, long samples, @Nullable PsiTest change) {
    if (change != null) {
      Interval interval = change.interval();
      signals.add(
          new Signal(
              metric,
              change.debiased(),
              interval.low(),
              interval.high(),
              change.se(),
              samples,
              dev.runway.drift.reading.DriftReading.EXACT,
              null,
              change.pMaterial(policy.warning()),
              null,
              false));
    }
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
    return Math.max(least, drift.severity() == Severity.NONE ? 0 : graded(drift.psi()));
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

  /**
   * @param decides false where a season excuses all that the feature shows
   */
  private static Signal signal(dev.runway.drift.reading.DriftReading reading, boolean decides) {
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
        decides && reading.severity() != Severity.NONE,
        reading.error() > 0 && Double.isFinite(reading.error()) ? reading.error() : null,
        reading.detail());
  }
}
