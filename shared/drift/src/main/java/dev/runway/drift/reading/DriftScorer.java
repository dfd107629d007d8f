package dev.runway.drift.reading;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.reading.FeatureDrift.Status;
import dev.runway.drift.statistics.TwoProportions;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes a baseline and the tile of a window to readings of all features.
 *
 * <p>A feature is flagged when its drift is material: when "the true PSI is at most 0.10"
 * (critical: 0.25) is refuted at a false discovery rate of 5 % over the features of the window.
 * Missing values, words that were never seen and values out of range are judged on their own, so
 * that a broken join shows as missing and not as drift.
 */
public final class DriftScorer {

  /** PSI keeps its law down to a hundred values, a fourth of what a judgement needs. */
  public static final int SMALLER = 4;

  /**
   * Pairs of windows that say how much counts scatter may be smaller yet, by this divisor: the mean
   * of many of them counts, and not the tail of one.
   */
  public static final int SMALLEST = 10;

  /** Rows of one user, at most; and users that a reference has at least. */
  private static final double MOST_BUNDLE = 30;

  private static final double LEAST_DRAWS = 100;

  private final DriftPolicy policy;

  public DriftScorer(DriftPolicy policy) {
    this.policy = policy;
  }

  /**
   * Scores a tile that was counted for the baseline: all counts are exact.
   *
   * @throws IllegalArgumentException if it was counted for another one
   */
  public DriftReport score(TileLayout baseline, Tile tile) {
    return score(baseline, tile, calibrated(baseline.profile()));
  }

  /**
   * The same with dispersions of the tile that are known better than the profile does.
   *
   * @param dispersions one per feature
   */
  public DriftReport score(TileLayout baseline, Tile tile, Dispersion[] dispersions) {
    if (!baseline.counted(tile)) {
      throw new IllegalArgumentException(
          "counted for profile %s, not for %s"
              .formatted(tile.profileId(), baseline.profile().id()));
    }
    return score(baseline.profile(), tile, baseline, true, dispersions);
  }

  /**
   * Scores one feature and leaves the others alone. Values are those of the whole tile's score;
   * what is corrected for the number of questions is corrected for one.
   *
   * @return empty if the profile has no feature of that name
   * @throws IllegalArgumentException if the tile was counted for another profile
   */
  public Optional<FeatureDrift> score(TileLayout baseline, Tile tile, String feature) {
    if (!baseline.counted(tile)) {
      throw new IllegalArgumentException(
          "counted for profile %s, not for %s"
              .formatted(tile.profileId(), baseline.profile().id()));
    }
    int position = baseline.position(feature);
    if (position < 0) {
      return Optional.empty();
    }
    BaselineProfile profile = baseline.profile();
    FeatureProfile reference = profile.features().get(position);
    Evidence evidence = evidence(reference, tile, position, baseline, true, calibrated(reference));
    return Optional.of(report(profile, List.of(evidence), tile, baseline).get(0));
  }

  private static Dispersion[] calibrated(BaselineProfile profile) {
    return profile.features().stream().map(DriftScorer::calibrated).toArray(Dispersion[]::new);
  }

  private static Dispersion calibrated(FeatureProfile feature) {
    return Dispersion.of(feature.dispersion().factor());
  }

  /**
   * Scores a tile against any baseline, through its fine bins or sketches; each reading says its
   * method and error. Features that the tile does not know have no readings.
   *
   * @param countedBy the layout the tile was counted with
   */
  public DriftReport score(BaselineProfile baseline, Tile tile, TileLayout countedBy) {
    if (!countedBy.counted(tile)) {
      throw new IllegalArgumentException("not counted with the layout of " + tile.profileId());
    }
    return score(
        baseline, tile, countedBy, countedBy.profile().equals(baseline), calibrated(baseline));
  }

  private DriftReport score(
      BaselineProfile baseline,
      Tile tile,
      TileLayout countedBy,
      boolean same,
      Dispersion[] dispersions) {
    List<Evidence> evidence = new ArrayList<>();
    for (int i = 0; i < baseline.features().size(); i++) {
      FeatureProfile feature = baseline.features().get(i);
      int position = countedBy.position(feature.name());
      if (position >= 0 && countedBy.kind(position) == feature.kind()) {
        evidence.add(evidence(feature, tile, position, countedBy, same, dispersions[i]));
      }
    }
    return new DriftReport(
        baseline.id(), tile.events(), report(baseline, evidence, tile, countedBy));
  }

  private Evidence evidence(
      FeatureProfile feature,
      Tile tile,
      int position,
      TileLayout countedBy,
      boolean same,
      Dispersion dispersion) {
    long n = tile.n(position);
    Contrast contrast = null;
    long[] counts = null;
    if (feature.n() > 0 && n > 0) {
      if (feature instanceof NumericProfile numeric) {
        NumericProfile counted = (NumericProfile) countedBy.profile().features().get(position);
        boolean sameBins = same || counted.fineEdges().equals(numeric.fineEdges());
        counts = sameBins ? tile.counts(position) : null;
        contrast =
            counts != null
                ? Contrasts.exact(numeric, counts)
                : Contrasts.rebinned(numeric, counted, tile, position);
      } else if (feature instanceof CategoricalProfile words) {
        CategoricalProfile counted =
            (CategoricalProfile) countedBy.profile().features().get(position);
        counts =
            same ? tile.counts(position) : Contrasts.translated(words, counted, tile, position);
        contrast =
            counts != null
                ? Contrasts.categories(words, counts)
                : Contrasts.common(words, counted, tile, position);
      }
    }
    Status status =
        feature.n() == 0
            ? Status.NO_BASELINE
            : n < policy.minimum() || feature.n() < policy.minimum()
                ? Status.INSUFFICIENT_DATA
                : Status.SCORED;
    Dispersion reference = ofReference(feature, dispersion);
    PsiTest psi =
        status == Status.SCORED && contrast != null ? contrast.psi(reference, dispersion) : null;
    return new Evidence(
        position,
        feature,
        status,
        n,
        reference,
        dispersion,
        counts,
        contrast,
        psi,
        missing(feature, tile, position, reference, dispersion));
  }

  /**
   * The dispersion of the training set. A profile of before may hold its seasons as scatter, and
   * what live windows show does not.
   *
   * @param ofWindows the profile's, until live ones have shown theirs
   */
  private static Dispersion ofReference(FeatureProfile feature, Dispersion ofWindows) {
    Dispersion calibrated = calibrated(feature);
    return new Dispersion(
        Math.min(calibrated.all(), ofWindows.all()),
        Math.min(calibrated.shift(), ofWindows.shift()));
  }

  /**
   * The same where the rows of the training set come in bundles, as those of one user do: as
   * measured, or where nobody did, as live ones do.
   */
  private static Dispersion inBundles(FeatureProfile feature, Dispersion ofWindows) {
    double most =
        feature.dispersion().windows() > 0 ? feature.dispersion().factor() : mostBundle(feature);
    return new Dispersion(Math.min(most, ofWindows.all()), Math.min(most, ofWindows.shift()));
  }

  /**
   * Rows of a training set that come together at most, where nobody measured it and live windows
   * stand for it. They also differ by what changes from one to the next, and that grows with their
   * rows, which the training set's do not. So no more than some users' rows, and never so much that
   * a reference is none any more.
   */
  static double mostBundle(FeatureProfile feature) {
    return Math.max(1, Math.min(MOST_BUNDLE, feature.n() / LEAST_DRAWS));
  }

  private @Nullable TwoProportions missing(
      FeatureProfile feature,
      Tile tile,
      int position,
      Dispersion reference,
      Dispersion dispersion) {
    long rows = feature.rows();
    return rows < policy.minimum() || tile.events() < policy.minimum()
        ? null
        : TwoProportions.of(
            (double) feature.missing(),
            (double) rows,
            (double) tile.missing(position),
            (double) tile.events(),
            reference.all(),
            dispersion.all());
  }

  /**
   * Compares two windows of the same version over the bins in which its drift is judged. The
   * reference may be smaller than a window that is judged: nothing is flagged for it.
   *
   * @param dispersions one per feature
   * @return by feature; null where one of the windows has too few values
   */
  public @Nullable PsiTest[] compare(
      BaselineProfile baseline,
      WideCounts current,
      WideCounts reference,
      Dispersion[] dispersions) {
    @Nullable PsiTest[] tests = new PsiTest[current.size()];
    @Nullable BinnedShares[] shares = shares(baseline, current, reference, policy.minimum());
    for (int i = 0; i < tests.length; i++) {
      BinnedShares both = shares[i];
      tests[i] = both == null ? null : PsiTest.of(both, dispersions[i]);
    }
    return tests;
  }

  /**
   * The smoothed shares of two windows, as above.
   *
   * @param least values of the current one that are enough; the reference may have a fourth of what
   *     a judgement needs, or as few
   */
  public @Nullable BinnedShares[] shares(
      BaselineProfile baseline, WideCounts current, WideCounts reference, long least) {
    @Nullable BinnedShares[] shares = new BinnedShares[current.size()];
    long leastOfReference = Math.min(least, policy.minimum() / SMALLER);
    for (int i = 0; i < shares.length; i++) {
      if (current.n(i) >= least && reference.n(i) >= leastOfReference) {
        shares[i] =
            Contrasts.windows(baseline.features().get(i), current.counts(i), reference.counts(i))
                .smoothed();
      }
    }
    return shares;
  }

  /**
   * Compares a window or a sum of them with the baseline itself.
   *
   * @param dispersions of the windows, one per feature
   * @param least values of the window that are enough
   * @return by feature; null where there are too few values
   */
  public @Nullable PsiTest[] compareWithBaseline(
      BaselineProfile baseline, WideCounts current, Dispersion[] dispersions, long least) {
    return compareWithBaseline(baseline, current, dispersions, least, DriftScorer::ofReference);
  }

  /**
   * The same, but for what a training set of few users happens to be: where it is not known how
   * much its rows scatter, they come in bundles as those of the windows do. That makes no flag:
   * windows of many rows scatter by small real changes, and a training set does not.
   */
  public @Nullable PsiTest[] compareWithBundles(
      BaselineProfile baseline, WideCounts current, Dispersion[] dispersions, long least) {
    return compareWithBaseline(baseline, current, dispersions, least, DriftScorer::inBundles);
  }

  private @Nullable PsiTest[] compareWithBaseline(
      BaselineProfile baseline,
      WideCounts current,
      Dispersion[] dispersions,
      long least,
      BiFunction<FeatureProfile, Dispersion, Dispersion> ofReference) {
    @Nullable PsiTest[] tests = new PsiTest[current.size()];
    for (int i = 0; i < tests.length; i++) {
      FeatureProfile feature = baseline.features().get(i);
      if (current.n(i) >= least && feature.n() >= policy.minimum()) {
        tests[i] =
            Contrasts.baseline(feature, current.counts(i))
                .psi(ofReference.apply(feature, dispersions[i]), dispersions[i]);
      }
    }
    return tests;
  }

  /**
   * Adds a window that did not drift to what is known about the scatter of each feature around the
   * baseline, seasons included; see {@link BaselineProfile#calibrated}. Windows should cover a full
   * weekly cycle, 20 at least. {@link dev.runway.drift.window.DaySummary} knows a measure without
   * seasons.
   *
   * @param soFar one per feature of the baseline
   * @return the same with this window; unchanged where it has too few values
   */
  public List<Overdispersion> calibrate(
      TileLayout baseline, Tile window, List<Overdispersion> soFar) {
    List<Overdispersion> next = new ArrayList<>();
    for (int i = 0; i < baseline.size(); i++) {
      FeatureProfile feature = baseline.profile().features().get(i);
      Contrast contrast = evidence(feature, window, i, baseline, true, Dispersion.NONE).contrast();
      next.add(
          contrast == null || window.n(i) < policy.minimum()
              ? soFar.get(i)
              : soFar.get(i).plus(contrast.psi(Dispersion.NONE, Dispersion.NONE)));
    }
    return next;
  }

  private List<FeatureDrift> report(
      BaselineProfile baseline, List<Evidence> evidence, Tile tile, TileLayout countedBy) {
    Verdicts warning = material(evidence, policy.warning());
    Verdicts critical = material(evidence, policy.critical());
    Verdicts missing =
        Verdicts.of(
            evidence,
            e -> e.missing() == null ? Double.NaN : e.missing().pMaterial(policy.missingWarning()),
            policy.correction(),
            policy.level());
    List<FeatureDrift> features = new ArrayList<>();
    for (int i = 0; i < evidence.size(); i++) {
      FeatureReadings readings =
          new FeatureReadings(policy, baseline.id(), evidence.get(i), tile, countedBy);
      features.add(readings.read(warning, critical, missing.q()[i], i));
    }
    return features;
  }

  private Verdicts material(List<Evidence> evidence, double delta) {
    return Verdicts.of(
        evidence,
        e -> e.psi() == null ? Double.NaN : e.psi().pMaterial(delta),
        policy.correction(),
        policy.level());
  }
}
