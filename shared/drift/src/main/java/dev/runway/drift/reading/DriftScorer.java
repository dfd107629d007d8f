package dev.runway.drift.reading;

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
import java.util.ArrayList;
import java.util.List;
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
    if (!baseline.counted(tile)) {
      throw new IllegalArgumentException(
          "counted for profile %s, not for %s"
              .formatted(tile.profileId(), baseline.profile().id()));
    }
    return score(baseline.profile(), tile, baseline, true);
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
    return score(baseline, tile, countedBy, countedBy.profile().equals(baseline));
  }

  private DriftReport score(
      BaselineProfile baseline, Tile tile, TileLayout countedBy, boolean same) {
    List<Evidence> evidence = new ArrayList<>();
    for (FeatureProfile feature : baseline.features()) {
      int position = countedBy.position(feature.name());
      if (position >= 0 && countedBy.kind(position) == feature.kind()) {
        evidence.add(evidence(feature, tile, position, countedBy, same));
      }
    }
    return new DriftReport(
        baseline.id(), tile.events(), report(baseline, evidence, tile, countedBy));
  }

  private Evidence evidence(
      FeatureProfile feature, Tile tile, int position, TileLayout countedBy, boolean same) {
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
        counts =
            same
                ? tile.counts(position)
                : Contrasts.translated(
                    words,
                    (CategoricalProfile) countedBy.profile().features().get(position),
                    tile,
                    position);
        contrast = Contrasts.categories(words, counts);
      }
    }
    Status status =
        feature.n() == 0
            ? Status.NO_BASELINE
            : n < policy.minimum() || feature.n() < policy.minimum()
                ? Status.INSUFFICIENT_DATA
                : Status.SCORED;
    PsiTest psi =
        status == Status.SCORED && contrast != null
            ? contrast.psi(feature.dispersion().factor())
            : null;
    return new Evidence(
        position, feature, status, n, counts, contrast, psi, missing(feature, tile, position));
  }

  private @Nullable TwoProportions missing(FeatureProfile feature, Tile tile, int position) {
    long rows = feature.rows();
    return rows < policy.minimum() || tile.events() < policy.minimum()
        ? null
        : TwoProportions.of(
            (double) feature.missing(),
            (double) rows,
            (double) tile.missing(position),
            (double) tile.events(),
            feature.dispersion().factor());
  }

  /**
   * Adds a window that did not drift to what is known about the scatter of each feature; see {@link
   * BaselineProfile#calibrated}. Windows should cover a full weekly cycle, 20 at least.
   *
   * @param soFar one per feature of the baseline
   * @return the same with this window; unchanged where it has too few values
   */
  public List<Overdispersion> calibrate(
      TileLayout baseline, Tile window, List<Overdispersion> soFar) {
    List<Overdispersion> next = new ArrayList<>();
    for (int i = 0; i < baseline.size(); i++) {
      FeatureProfile feature = baseline.profile().features().get(i);
      Contrast contrast = evidence(feature, window, i, baseline, true).contrast();
      next.add(
          contrast == null || window.n(i) < policy.minimum()
              ? soFar.get(i)
              : soFar.get(i).plus(contrast.psi(1)));
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
            e -> e.missing() == null ? Double.NaN : e.missing().p(),
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
