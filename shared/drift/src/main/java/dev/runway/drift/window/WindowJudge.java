package dev.runway.drift.window;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.reading.Severity;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.JudgedWindow.Excuse;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges a window against its baseline, and by the windows before it.
 *
 * <p>The baseline decides. A season may excuse what it finds: a feature whose distribution differs
 * from the baseline as it did in the same hours of an earlier week, while that week as a whole
 * agreed with the baseline. Without the last condition a drift that lasts would excuse itself after
 * a week. Where drift has spoiled last week, the one before it is asked. Only a distribution is
 * excused, never missing values, new words or values out of range.
 */
public final class WindowJudge {

  static final String PSI = "psi";
  private static final String PSI_DEBIASED = "psi_debiased";

  private final DriftPolicy policy;
  private final DriftScorer scorer;

  public WindowJudge(DriftPolicy policy) {
    this.policy = policy;
    this.scorer = new DriftScorer(policy);
  }

  /**
   * The verdict on a window.
   *
   * @param before windows just before the tile; null where they are not known
   * @param fromMillis begin of the tile, which may be before the window's
   * @param endMillis end of both
   */
  public <E extends Exception> JudgedWindow judge(
      TileLayout baseline,
      Tile tile,
      @Nullable Tile before,
      long fromMillis,
      long endMillis,
      History<E> history)
      throws E {
    BaselineProfile profile = baseline.profile();
    Dispersion[] dispersions = Season.dispersions(profile, history, fromMillis);
    DriftReport report = scorer.score(baseline, tile, dispersions);
    WideCounts now = WideCounts.of(baseline, tile);
    @Nullable PsiTest[] nothing = new PsiTest[baseline.size()];
    JudgedWindow alone =
        new JudgedWindow(
            fromMillis, endMillis, now, report, nothing, nothing, Map.of(), dispersions);
    if (tile.events() < policy.minimum()) {
      return alone;
    }
    @Nullable PsiTest[] previous =
        before == null
            ? nothing
            : scorer.compare(profile, now, WideCounts.of(baseline, before), dispersions);
    @Nullable PsiTest[] lastWeek = since(baseline, alone, 1, history);
    return new JudgedWindow(
        fromMillis,
        endMillis,
        now,
        report,
        previous,
        lastWeek,
        excuses(baseline, alone, lastWeek, history),
        dispersions);
  }

  /** Change since the same hours of an earlier week, by feature. */
  private <E extends Exception> @Nullable PsiTest[] since(
      TileLayout baseline, JudgedWindow window, int weeks, History<E> history) throws E {
    WideCounts then =
        Season.sameHours(history, window.fromMillis(), window.endMillis(), weeks * Season.WEEK);
    return then == null
        ? new PsiTest[baseline.size()]
        : scorer.compare(baseline.profile(), window.counts(), then, window.dispersions());
  }

  private <E extends Exception> Map<String, Excuse> excuses(
      TileLayout baseline, JudgedWindow window, @Nullable PsiTest[] lastWeek, History<E> history)
      throws E {
    Map<String, Excuse> excuses = new TreeMap<>();
    for (int weeks = 1; weeks <= Season.WEEKS; weeks++) {
      Map<String, Excuse> candidates = new TreeMap<>();
      @Nullable PsiTest[] then = null;
      for (FeatureDrift feature : window.report().flagged()) {
        if (!onlyDistribution(feature) || excuses.containsKey(feature.feature())) {
          continue;
        }
        if (then == null) {
          then = weeks == 1 ? lastWeek : since(baseline, window, weeks, history);
        }
        PsiTest change = then[baseline.position(feature.feature())];
        if (change != null && explains(change, feature)) {
          candidates.put(feature.feature(), new Excuse(weeks, change));
        }
      }
      WideCounts week =
          candidates.isEmpty() ? null : Season.week(history, window.fromMillis(), weeks);
      if (week != null) {
        @Nullable PsiTest[] whole =
            scorer.compareWithBaseline(baseline.profile(), week, window.dispersions());
        candidates.keySet().removeIf(name -> !agrees(whole[baseline.position(name)]));
        excuses.putAll(candidates);
      }
    }
    return excuses;
  }

  /** Then it was as far off by more than half, and that the rest is material is not proven. */
  private boolean explains(PsiTest change, FeatureDrift feature) {
    double drift = feature.reading(PSI_DEBIASED).map(DriftReading::value).orElse(0.0);
    return change.debiased() < drift / 2 && change.pMaterial(policy.warning()) > policy.level();
  }

  /** Half of what is tolerated: a drift of a few days moves the whole week less than itself. */
  private boolean agrees(@Nullable PsiTest week) {
    return week != null && week.debiased() < policy.warning() / 2;
  }

  private static boolean onlyDistribution(FeatureDrift feature) {
    return feature.readings().stream()
        .filter(reading -> reading.severity() != Severity.NONE)
        .map(DriftReading::metric)
        .allMatch(metric -> metric.equals(PSI) || metric.equals(PSI_DEBIASED));
  }

  /**
   * Adds a window to what is known about its day, once nothing can come late to it any more.
   *
   * <p>How much counts scatter shows from one window to the next, and from week to week: against
   * the baseline a season would look like scatter.
   *
   * @param ended the window's own predictions
   * @param before those of the window before it; null if it had none
   * @param startMillis of the window
   * @param endMillis of the window
   */
  public <E extends Exception> DaySummary summarize(
      TileLayout baseline,
      WideCounts ended,
      @Nullable WideCounts before,
      long startMillis,
      long endMillis,
      History<E> history)
      throws E {
    BaselineProfile profile = baseline.profile();
    @Nullable DaySummary known = history.day(Season.dayOf(startMillis));
    DaySummary day = known == null ? DaySummary.empty(baseline.size()) : known;
    WideCounts weekBefore = Season.sameHours(history, startMillis, endMillis, Season.WEEK);
    return day.plus(ended).plus(pairs(profile, ended, before), pairs(profile, ended, weekBefore));
  }

  private @Nullable BinnedShares[] pairs(
      BaselineProfile profile, WideCounts window, @Nullable WideCounts other) {
    return other == null
        ? new BinnedShares[window.size()]
        : scorer.shares(profile, window, other, policy.minimum() / DriftScorer.SMALLER);
  }
}
