package dev.runway.bench.fleet;

import dev.runway.bench.fleet.Drift.Change;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.statistics.Normal;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.window.Season;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Draws changes of a wanted size. */
final class Drifts {

  /** Sizes of the true drifts, as PSI, in turn. */
  static final double[] SIZES = {0.15, 0.2, 0.3, 0.5, 1.0};

  private static final int POINTS = 4000;

  /** PSI up to which whatever happens together is called immaterial; 0.10 is material. */
  private static final double STILL_IMMATERIAL = 0.09;

  /** One frequent word that nobody knows, and many rare ones, in turn. */
  private static final List<Change> NEW_WORDS =
      List.of(new Change(0, 1, 0.03, 1), new Change(0, 1, 0.1, Shape.NEW_WORD_COUNT));

  private Drifts() {}

  /** One to three features, from some day on, for two days to the end. */
  static Drift draw(FleetPlan fleet, ModelPlan model, TileLayout baseline, int which) {
    SplittableRandom random = new SplittableRandom(model.seed() ^ 0xd1f7);
    double psi = SIZES[which % SIZES.length];
    return of(random, model, baseline, time(fleet, random), feature -> psi, 1 + random.nextInt(3));
  }

  private static long[] time(FleetPlan fleet, SplittableRandom random) {
    long whole = fleet.days() * Season.DAY;
    long from = fleet.countsFromMillis() + Math.round(whole * random.nextDouble(0.05, 0.75));
    long lasts = Math.round(Season.DAY * random.nextDouble(2, 14));
    long until =
        random.nextBoolean() ? fleet.endMillis() : Math.min(fleet.endMillis(), from + lasts);
    return new long[] {from, until};
  }

  /** New words of the feature that has many, from some day on, for two days to the end. */
  static Drift newWords(FleetPlan fleet, ModelPlan model) {
    SplittableRandom random = new SplittableRandom(model.seed() ^ 0x3e3d);
    Change change = NEW_WORDS.get(model.number() / 20 % NEW_WORDS.size());
    long[] fromUntil = time(fleet, random);
    return new Drift(
        fromUntil[0], fromUntil[1], Double.NaN, Map.of(model.longTail().name(), change));
  }

  /**
   * A real change that is not material, on one feature of every tenth model, for good. With the
   * small changes from day to day on top of it, it must not become one.
   */
  static Drift immaterial(FleetPlan fleet, ModelPlan model, TileLayout baseline) {
    SplittableRandom random = new SplittableRandom(model.seed() ^ 0xdec0);
    double psi = random.nextDouble(0.02, 0.05);
    long from =
        FleetPlan.START_MILLIS
            + Math.round((fleet.endMillis() - FleetPlan.START_MILLIS) * random.nextDouble());
    return of(
        random,
        model,
        baseline,
        new long[] {from, fleet.endMillis()},
        feature -> Math.min(psi, room(feature)),
        1);
  }

  /** PSI of a shift grows with its square. */
  private static double room(FeaturePlan feature) {
    double left = Math.sqrt(STILL_IMMATERIAL) - feature.farthest();
    return Math.max(0.001, left * Math.max(0, left));
  }

  private static Drift of(
      SplittableRandom random,
      ModelPlan model,
      TileLayout baseline,
      long[] fromUntil,
      ToDoubleFunction<FeaturePlan> psiOf,
      int features) {
    Map<String, Change> changes = new LinkedHashMap<>();
    double first = 0;
    List<FeaturePlan> all = model.mayDrift();
    while (changes.size() < Math.min(features, all.size())) {
      FeaturePlan feature = all.get(random.nextInt(all.size()));
      boolean spread = random.nextInt(4) == 0;
      boolean down = random.nextBoolean();
      double psi = psiOf.applyAsDouble(feature);
      first = changes.isEmpty() ? psi : first;
      changes.putIfAbsent(feature.name(), change(feature, baseline, psi, spread, down));
    }
    return new Drift(fromUntil[0], fromUntil[1], first, changes);
  }

  private static Change change(
      FeaturePlan feature, TileLayout baseline, double psi, boolean spread, boolean down) {
    // Downwards, or by its spread, a feature of mostly one value hardly changes its distribution.
    for (int attempt = 0; attempt < 2; attempt++) {
      boolean bySpread = spread && attempt == 0;
      int sign = down && attempt == 0 ? -1 : 1;
      double low = 0;
      double high = bySpread ? 20 : 6;
      for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;
        if (psi(feature, baseline, change(middle, bySpread, sign)) < psi) {
          low = middle;
        } else {
          high = middle;
        }
      }
      Change found = change(high, bySpread, sign);
      if (psi(feature, baseline, found) >= psi) {
        return found;
      }
    }
    throw new IllegalStateException("no shift of " + feature.shape() + " has a PSI of " + psi);
  }

  private static Change change(double size, boolean spread, int sign) {
    return spread ? new Change(0, 1 + size) : new Change(sign * size, 1);
  }

  /** True PSI of a change against none, in the baseline's bins. */
  static double psi(FeaturePlan feature, TileLayout baseline, Change change) {
    Bins bins = new Bins(baseline, feature);
    double[] p = bins.shares(Change.NONE);
    double[] q = bins.shares(change);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      // A share below that of one point would make the logarithm one of the grid.
      double a = Math.max(p[i], 0.5 / POINTS);
      double b = Math.max(q[i], 0.5 / POINTS);
      sum += (b - a) * StrictMath.log(b / a);
    }
    return sum;
  }

  private record Bins(TileLayout baseline, FeaturePlan feature) {
    double[] shares(Change change) {
      BaselineProfile profile = baseline.profile();
      ReferenceBins bins =
          ReferenceBins.of(profile.features().get(baseline.position(feature.name())));
      double[] shares = new double[bins.count()];
      for (int i = 0; i < POINTS; i++) {
        double z = -Normal.upperQuantile((i + 0.5) / POINTS);
        double value = feature.shape().value(z * change.spread() + change.shift());
        shares[bins.bin(value)] += 1.0 / POINTS;
      }
      return shares;
    }
  }
}
