package dev.runway.drift.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tiles that were counted with sketches for one profile, and scored against another whose bins they
 * do not have: through the scorer, as {@code runway rescore} does it.
 */
class KllContrastTest {
  private static final DriftScorer SCORER = new DriftScorer(DriftPolicy.standard());
  private static final int DRAWS = 200;

  /**
   * As a profile of more than 500 features has them: a fine bin is wider than a sketch's error of
   * rank, so the sketch is asked.
   */
  private static final ProfileOptions COARSE = new ProfileOptions(10, 40, 0, 100);

  /** Of equal laws, of a drift that is just material, and of one that is large. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.4, 1})
  void psi_isWithinItsStatedErrorOfThatOfExactCounts(double shift) throws Exception {
    TileLayout counted = TileLayout.of(profile("a", gaussians(20_000, 0.3, 1)), true);
    BaselineProfile other = profile("b", gaussians(20_000, 0, 2));
    NumericProfile bins = (NumericProfile) other.features().get(0);
    int outside = 0;
    double largest = 0;
    for (int i = 0; i < DRAWS; i++) {
      double[] values = gaussians(5_000, shift, 100 + i);
      Tile tile = Tile.fromBytes(Samples.tile(counted, Samples.numbers(values)).toBytes());

      DriftReading psi =
          SCORER.score(other, tile, counted).features().get(0).reading("psi").orElseThrow();
      double exact =
          BinnedShares.of(bins.counts(), bins.edges().count(values), Smoothing.JEFFREYS).psi();

      assertThat(psi.method()).isEqualTo("KLL_200");
      assertThat(psi.error()).isPositive().isFinite();
      double off = Math.abs(psi.value() - exact);
      outside += off > psi.error() ? 1 : 0;
      largest = Math.max(largest, off);
    }
    assertThat(outside).isLessThanOrEqualTo(DRAWS / 100);
    // Exact counts would make the test say nothing.
    assertThat(largest).isPositive();
  }

  /** Without sketches the same tile is interpolated, and says so. */
  @ParameterizedTest
  @ValueSource(doubles = {0.4})
  void tileWithoutItsSketches_isInterpolatedInFineBins(double shift) {
    TileLayout counted = TileLayout.of(profile("a", gaussians(20_000, 0.3, 1)), true);
    BaselineProfile other = profile("b", gaussians(20_000, 0, 2));
    Tile tile = Samples.tile(counted, Samples.numbers(gaussians(5_000, shift, 100)));

    DriftReading psi =
        SCORER
            .score(other, tile.withoutSketches(), counted)
            .features()
            .get(0)
            .reading("psi")
            .orElseThrow();
    assertThat(psi.method()).isEqualTo(DriftReading.FINE_BINS);
    assertThat(tile.sketch(0)).isNotNull();
  }

  private static BaselineProfile profile(String id, double[] values) {
    return ProfileBuilder.build(
        Samples.identity(id),
        Precision.FLOAT,
        List.of(Declared.numeric("x")),
        COARSE,
        Samples.numbers(values));
  }

  /** Floats, as profile and tile compare them. */
  private static double[] gaussians(int n, double mean, long seed) {
    Random random = new Random(seed);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (random.nextGaussian() + mean);
    }
    return values;
  }
}
