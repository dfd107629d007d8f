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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges a window against its baseline, and by the windows before it.
 *
 * <p>The baseline decides. A season may excuse what it finds: a feature whose distribution differs
 * from the baseline as it did in the same hours of an earlier week, while that week as a whole
 * agreed with the baseline. Without the last condition a drift that lasts would excuse itself after
 * a week. The week before is asked as well: drift may have spoiled the last. Where none of them can
 * answer, for the version is young or drift has spoiled both, the last complete day. Only a
 * distribution is excused, never missing values, new words or values out of range.
 */
public final class WindowJudge {

  /**
   * Of the PSI that is tolerated: how far off a part of the past may be that is taken as a
   * season's.
   */
  private static final double AGREES = 0.75;

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
            fromMillis, endMillis, now, report, nothing, nothing, Map.of(), Set.of(), dispersions);
    if (tile.events() < policy.minimum()) {
      return alone;
    }
    @Nullable PsiTest[] previous =
        before == null
            ? nothing
            : scorer.compare(profile, now, WideCounts.of(baseline, before), dispersions);
    SameHours lastWeek = sameHours(baseline, alone, Season.WEEK, history);
    Past past = past(baseline, alone, lastWeek, history);
    return new JudgedWindow(
        fromMillis,
        endMillis,
        now,
        report,
        previous,
        lastWeek.change,
        past.excuses,
        past.unknown,
        dispersions);
  }

  /**
   * The same hours of a part of the past.
   *
   * @param counts null without traffic
   * @param change since then, by feature; null where there were too few values
   */
  private record SameHours(@Nullable WideCounts counts, @Nullable PsiTest[] change) {}

  private <E extends Exception> SameHours sameHours(
      TileLayout baseline, JudgedWindow window, long agoMillis, History<E> history) throws E {
    WideCounts then = Season.sameHours(history, window.fromMillis(), window.endMillis(), agoMillis);
    return new SameHours(
        then,
        then == null
            ? new PsiTest[baseline.size()]
            : scorer.compare(baseline.profile(), window.counts(), then, window.dispersions()));
  }

  private @Nullable PsiTest[] off(TileLayout baseline, JudgedWindow window, WideCounts counts) {
    return scorer.compareWithBaseline(
        baseline.profile(), counts, window.dispersions(), policy.minimum());
  }

  /**
   * What the past says of flagged features.
   *
   * @param unknown those that it does not excuse, where it has no week that could have: a day may
   *     show that it was the same, and of a first weekend not that it was not
   */
  private record Past(Map<String, Excuse> excuses, Set<String> unknown) {}

  /** What flagged features may be excused by: two weeks, and days where neither can answer. */
  private <E extends Exception> Past past(
      TileLayout baseline, JudgedWindow window, SameHours lastWeek, History<E> history) throws E {
    Map<String, FeatureDrift> asked = new TreeMap<>();
    for (FeatureDrift feature : window.report().flagged()) {
      if (onlyDistribution(feature)) {
        asked.put(feature.feature(), feature);
      }
    }
    Map<String, Excuse> excuses = new TreeMap<>();
    Set<String> unknown = new TreeSet<>(asked.keySet());
    Set<String> answered = new TreeSet<>();
    for (int weeks = 1; weeks <= Season.WEEKS && !asked.isEmpty(); weeks++) {
      WideCounts whole = Season.week(history, window.fromMillis(), weeks);
      if (whole != null) {
        SameHours then =
            weeks == 1 ? lastWeek : sameHours(baseline, window, weeks * Season.WEEK, history);
        answered.addAll(ask(baseline, window, asked, weeks, then, whole, excuses));
        if (then.counts != null) {
          unknown.clear();
        }
      }
    }
    asked.keySet().removeAll(answered);
    WideCounts day = asked.isEmpty() ? null : Season.lastDay(history, window.fromMillis());
    if (day != null) {
      SameHours then = sameHours(baseline, window, Season.COMPLETE * Season.DAY, history);
      ask(baseline, window, asked, 0, then, day, excuses);
    }
    unknown.removeAll(excuses.keySet());
    return new Past(excuses, unknown);
  }

  /**
   * Asks one part of the past, and moves what it excuses from the one map to the other.
   *
   * @param whole all of that part
   * @return features that need not be asked about any more, for they are excused, or are off in
   *     hours in which they used to agree with the baseline
   */
  private Set<String> ask(
      TileLayout baseline,
      JudgedWindow window,
      Map<String, FeatureDrift> asked,
      int weeks,
      SameHours then,
      WideCounts whole,
      Map<String, Excuse> excuses) {
    Set<String> answered = new TreeSet<>();
    if (then.counts == null) {
      return answered;
    }
    @Nullable PsiTest[] off = off(baseline, window, whole);
    @Nullable PsiTest[] offInBundles =
        scorer.compareWithBundles(
            baseline.profile(), whole, window.dispersions(), policy.minimum());
    @Nullable PsiTest[] offThen = off(baseline, window, then.counts);
    for (FeatureDrift feature : List.copyOf(asked.values())) {
      int position = baseline.position(feature.feature());
      PsiTest change = then.change[position];
      boolean agreed =
          agrees(off[position])
              || (agrees(offInBundles[position]) && isNearer(off[position], feature));
      if (change == null || !agreed) {
        continue;
      }
      if (explains(change, feature)) {
        excuses.put(feature.feature(), new Excuse(weeks, change));
        asked.remove(feature.feature());
        answered.add(feature.feature());
      } else if (agrees(offThen[position])) {
        answered.add(feature.feature());
      }
    }
    return answered;
  }

  /**
   * A training set of few users is off from what they are drawn of, and so is each week of theirs.
   * A drift that lasts is as well, so the window itself must be off by more than twice of it.
   */
  private static boolean isNearer(@Nullable PsiTest whole, FeatureDrift feature) {
    return whole != null && whole.debiased() < feature.psi() / 2;
  }

  /** Then it was as far off by more than half, and that the rest is material is not proven. */
  private boolean explains(PsiTest change, FeatureDrift feature) {
    return change.debiased() < feature.psi() / 2
        && change.pMaterial(policy.warning()) > policy.level();
  }

  /**
   * Below what is tolerated: a drift that is barely material must not excuse itself on a calm day.
   */
  private boolean agrees(@Nullable PsiTest whole) {
    return whole != null && whole.debiased() < AGREES * policy.warning();
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
   * <p>How much counts scatter shows from one window to the next, and from the same hours of one
   * day to those of the next: against the baseline a season would look like scatter. Of a feature
   * that has drifted in one of the two windows nothing is learned: one hour's outage would raise
   * its thresholds for a month. Where it has in both, it may have alike, or they are small windows
   * of users who resemble themselves and look drifted, each in its own way: without them the
   * scatter that says so would never be known. Or an outage comes to a version that is off anyway.
   * So such pairs are kept apart, and no few of them decide.
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
    WideCounts dayBefore = Season.sameHours(history, startMillis, endMillis, Season.DAY);
    boolean[] drifted = drifted(profile, ended);
    return day.plus(ended)
        .plus(
            pairs(profile, ended, drifted, before),
            pairs(profile, ended, drifted, dayBefore),
            drifted);
  }

  private @Nullable BinnedShares[] pairs(
      BaselineProfile profile, WideCounts window, boolean[] drifted, @Nullable WideCounts other) {
    if (other == null) {
      return new BinnedShares[window.size()];
    }
    @Nullable BinnedShares[] pairs = scorer.shares(profile, window, other, leastOfAPair());
    boolean[] otherDrifted = drifted(profile, other);
    for (int i = 0; i < pairs.length; i++) {
      if (drifted[i] != otherDrifted[i]) {
        pairs[i] = null;
      }
    }
    return pairs;
  }

  /** By feature; asked as if events were independent, so that scatter does not raise itself. */
  private boolean[] drifted(BaselineProfile profile, WideCounts window) {
    Dispersion[] independent = new Dispersion[window.size()];
    Arrays.fill(independent, Dispersion.NONE);
    @Nullable PsiTest[] tests =
        scorer.compareWithBaseline(profile, window, independent, leastOfAPair());
    boolean[] drifted = new boolean[tests.length];
    for (int i = 0; i < tests.length; i++) {
      PsiTest test = tests[i];
      drifted[i] = test != null && test.pMaterial(policy.warning()) <= policy.level();
    }
    return drifted;
  }

  private long leastOfAPair() {
    return policy.minimum() / DriftScorer.SMALLEST;
  }
}
