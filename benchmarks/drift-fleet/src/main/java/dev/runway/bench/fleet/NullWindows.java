package dev.runway.bench.fleet;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.DaySummary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Windows in which nothing drifts, 500 to 100,000 predictions each: how often a test that may be
 * wrong once in a hundred times is wrong.
 *
 * @param windows of one feature each
 * @param at1 share of them whose "any change" is significant at 1 %
 * @param at5 and at 5 %
 * @param flagged share of them that is flagged as materially drifted
 * @param dispersion mean of what was measured
 */
public record NullWindows(
    String name, int windows, double at1, double at5, double flagged, double dispersion) {

  private static final int FEATURES = 8;

  /** Windows without drift that the dispersion is measured on, before those that count. */
  private static final int CALIBRATION = 56;

  private static final long CALIBRATION_SIZE = 2000;

  /**
   * Draws windows, several of each of many models.
   *
   * @param perUser predictions of a user on average; 1 for independent ones
   * @param windows how many, at least
   */
  public static NullWindows draw(String name, double perUser, int windows, long seed) {
    int perModel = 8;
    int models = (windows + perModel * FEATURES - 1) / (perModel * FEATURES);
    List<double[]> all =
        IntStream.range(0, models)
            .parallel()
            .mapToObj(number -> model(perUser, perModel, seed * 7919 + number))
            .toList();
    double[] sums = new double[5];
    for (double[] each : all) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += each[i];
      }
    }
    double n = sums[0];
    return new NullWindows(
        name, (int) n, sums[1] / n, sums[2] / n, sums[3] / n, sums[4] / (models * FEATURES));
  }

  /** Windows, of them below 1 %, below 5 %, flagged; and the sum of the dispersions. */
  private static double[] model(double perUser, int windows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ModelPlan plan = plan(perUser, random);
    TileLayout layout = Training.layout(plan, false);
    Traffic traffic = new Traffic(plan, 3);
    DriftScorer scorer = new DriftScorer(DriftPolicy.standard());
    BaselineProfile profile = layout.profile();
    Dispersion[] dispersions = new Dispersion[FEATURES];
    Arrays.fill(dispersions, Dispersion.NONE);
    if (perUser > 1) {
      dispersions = calibrate(layout, plan, traffic, scorer);
    }
    double[] found = new double[5];
    for (int i = 0; i < windows; i++) {
      Tile tile = window(layout, plan, traffic, size(random));
      PsiTest[] tests =
          scorer.compareWithBaseline(
              profile, WideCounts.of(layout, tile), dispersions, DriftPolicy.standard().minimum());
      for (PsiTest test : tests) {
        if (test != null) {
          found[0]++;
          found[1] += test.pAny() < 0.01 ? 1 : 0;
          found[2] += test.pAny() < 0.05 ? 1 : 0;
        }
      }
      found[3] += scorer.score(layout, tile, dispersions).flagged().size();
    }
    for (Dispersion dispersion : dispersions) {
      found[4] += dispersion.all();
    }
    return found;
  }

  /** As the job does: from the change between two windows. */
  private static Dispersion[] calibrate(
      TileLayout layout, ModelPlan plan, Traffic traffic, DriftScorer scorer) {
    DaySummary day = DaySummary.empty(FEATURES);
    for (int i = 0; i < CALIBRATION; i++) {
      WideCounts now = WideCounts.of(layout, window(layout, plan, traffic, CALIBRATION_SIZE));
      WideCounts before = WideCounts.of(layout, window(layout, plan, traffic, CALIBRATION_SIZE));
      @Nullable BinnedShares[] pairs =
          scorer.shares(layout.profile(), now, before, CALIBRATION_SIZE / 2);
      day = day.plus(pairs, pairs);
    }
    Dispersion[] dispersions = new Dispersion[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      dispersions[i] = day.dispersion(i, Overdispersion.UNKNOWN);
    }
    return dispersions;
  }

  /** Log-uniform from 500 to 100,000. */
  private static long size(SplittableRandom random) {
    return Math.round(500 * StrictMath.pow(200, random.nextDouble()));
  }

  private static Tile window(TileLayout layout, ModelPlan plan, Traffic traffic, long size) {
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    traffic.make(
        FleetPlan.START_MILLIS,
        size,
        List.of(),
        values -> {
          row.clear();
          Training.write(plan, values, row);
          tile.add(row);
        });
    return tile;
  }

  /** Features of every shape, without season, wobble or missing values. */
  private static ModelPlan plan(double perUser, SplittableRandom random) {
    List<FeaturePlan> features = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      Shape shape = FeaturePlan.SHAPES[i % FeaturePlan.SHAPES.length];
      double correlation = perUser > 1 ? random.nextDouble(0.05, 0.3) : 0;
      double[] still = new double[ModelPlan.TRAINING_DAYS + 1];
      features.add(new FeaturePlan("f" + i, shape, 0, 0, 0, still, correlation, 0));
    }
    return new ModelPlan(0, 3, 1000, 1, perUser, features, random.nextLong());
  }
}
