package dev.runway.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.Severity;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.DoubleStream;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.junit.jupiter.api.Test;

/** What is wrong with ways of doing this that are popular, each by itself, beside ours. */
class PopularRulesTest {
  private static final int RUNS = 4_000;

  /** Prices: most are small, and one was a mistake. Then all are twice what they were. */
  @Test
  void equalWidth_hidesAShiftBehindOneOutlier() {
    Random random = new Random(1);
    double[] before = prices(random, 50_000, 0);
    before[17] = 1e6;
    double[] now = prices(random, 5_000, 0.75);
    TileLayout layout = layout(before);

    DriftReading ours =
        new DriftScorer(DriftPolicy.standard())
            .score(layout, tile(layout, now))
            .features()
            .get(0)
            .reading("psi")
            .orElseThrow();
    assertThat(ours.value()).isBetween(0.2, 0.28);
    assertThat(ours.severity()).isNotEqualTo(Severity.NONE);
    assertThat(equalWidth(layout, before, now)).isLessThan(0.005);
  }

  private static double equalWidth(TileLayout layout, double[] before, double[] now) {
    EqualWidth bins = new EqualWidth(layout);
    EqualWidth.Counts reference = bins.newCounts();
    EqualWidth.Counts current = bins.newCounts();
    for (double value : before) {
      bins.count(reference, new double[] {value});
    }
    for (double value : now) {
      bins.count(current, new double[] {value});
    }
    return Rule.psiOf(reference.bins()[0], current.bins()[0], Rule.EPSILON_SMOOTHING);
  }

  /** Nothing changed, and the law says what PSI is exceeded in one of a hundred windows. */
  @Test
  void epsilonForEmptyBins_isWrongInFourOfTenWindows_whereJeffreysKeepsTheLevel() {
    int bins = 20;
    int n = 50;
    double limit = PsiTest.critical(bins, 2.0 / n, 0.01);

    assertThat(rate(bins, n, (a, b) -> Rule.psiOf(a, b, Rule.EPSILON_SMOOTHING) > limit))
        .isGreaterThan(0.4);
    assertThat(rate(bins, n, (a, b) -> Rule.psiOf(a, b, Smoothing.JEFFREYS) > limit))
        .isLessThan(0.015);
  }

  private static double rate(int bins, int n, BiPredicate<long[], long[]> fires) {
    Random random = new Random(2);
    int fired = 0;
    for (int i = 0; i < RUNS; i++) {
      fired += fires.test(even(bins, n, random), even(bins, n, random)) ? 1 : 0;
    }
    return (double) fired / RUNS;
  }

  private static long[] even(int bins, int n, Random random) {
    long[] counts = new long[bins];
    for (int i = 0; i < n; i++) {
      counts[random.nextInt(bins)]++;
    }
    return counts;
  }

  /**
   * Two windows of one law, of 200 values each. Between the quantiles of both there are twice as
   * many bins, some of them very narrow; the threshold knows nothing of it.
   */
  @Test
  void quantilesOfBothSketches_findDriftWhereThereIsNone() {
    Random random = new Random(3);
    int union = 0;
    int deciles = 0;
    int ours = 0;
    int runs = 1_000;
    for (int i = 0; i < runs; i++) {
      double[] before = random.doubles(200).toArray();
      double[] now = random.doubles(200).toArray();
      double psi = Rule.psiOfUnion(sketch(before), sketch(now));
      union += psi > Rule.FIXED_THRESHOLD ? 1 : 0;
      BinnedShares shares = BinnedShares.of(tenths(before), tenths(now), Smoothing.JEFFREYS);
      deciles += shares.psi() > Rule.FIXED_THRESHOLD ? 1 : 0;
      PsiTest test = PsiTest.of(shares, 1);
      ours += test.pMaterial(DriftPolicy.standard().warning()) <= 0.05 ? 1 : 0;
    }

    assertThat((double) union / runs).isGreaterThan(0.2);
    assertThat((double) deciles / runs).isLessThan(0.05);
    assertThat((double) ours / runs).isLessThan(0.01);
  }

  private static WeightedSample sketch(double[] values) {
    KllFloatsSketch sketch = KllFloatsSketch.newHeapInstance(Tile.SKETCH_K);
    Arrays.stream(values).forEach(value -> sketch.update((float) value));
    return WeightedSample.of(sketch);
  }

  private static long[] tenths(double[] values) {
    long[] counts = new long[10];
    Arrays.stream(values).forEach(value -> counts[(int) (10 * value)]++);
    return counts;
  }

  private static double[] prices(Random random, int n, double shift) {
    return DoubleStream.generate(() -> Math.exp(1.5 * random.nextGaussian() + shift))
        .limit(n)
        .toArray();
  }

  private static TileLayout layout(double[] values) {
    List<RowWriter> rows = new ArrayList<>();
    for (double value : values) {
      rows.add(row -> row.number(0, value));
    }
    return TileLayout.of(
        ProfileBuilder.build(
            new Identity("b", "m", "1", 0, Source.PROFILE_JOB),
            Precision.DOUBLE,
            List.of(Declared.numeric("price")),
            ProfileOptions.standard(1),
            rows),
        false);
  }

  private static Tile tile(TileLayout layout, double[] values) {
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (double value : values) {
      row.clear();
      row.number(0, value);
      tile.add(row);
    }
    return tile;
  }
}
