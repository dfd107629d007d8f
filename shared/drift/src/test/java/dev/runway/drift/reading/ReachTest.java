package dev.runway.drift.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReachTest {
  private static final BaselineProfile PROFILE = Samples.mixedProfile();
  private static final TileLayout LAYOUT = TileLayout.of(PROFILE, false);
  private static final DriftPolicy POLICY = DriftPolicy.standard();
  private static final DriftScorer SCORER = new DriftScorer(POLICY);

  /** Of all windows in which every value is the same one, and known. */
  @Test
  void reach_isTheLargestPsiOfOneValue() {
    for (int size : new int[] {500, 3_000}) {
      for (int f = 0; f < PROFILE.features().size(); f++) {
        FeatureProfile feature = PROFILE.features().get(f);
        double largest = 0;
        for (RowWriter value : values(feature, f)) {
          DriftReading psi = psi(Collections.nCopies(size, value), f).orElseThrow();
          largest = Math.max(largest, psi.value());
        }
        assertThat(Reach.of(feature, size)).as(feature.name()).isCloseTo(largest, within(1e-9));
      }
    }
  }

  @Test
  void noWindowOfKnownValues_goesBeyond() {
    Random random = new Random(3);
    List<RowWriter> known = Samples.mixed(20_000, 1);
    for (int i = 0; i < 100; i++) {
      // From many different rows to one row again and again.
      int different = 1 << random.nextInt(10);
      List<RowWriter> window = new ArrayList<>();
      for (int j = 0; j < 600; j++) {
        window.add(known.get((31 * random.nextInt(different) + i) % known.size()));
      }
      for (int f = 0; f < PROFILE.features().size(); f++) {
        FeatureProfile feature = PROFILE.features().get(f);
        // Of one row again and again there may be no amount at all.
        psi(window, f)
            .ifPresent(
                psi ->
                    assertThat(psi.value())
                        .as(feature.name())
                        .isLessThanOrEqualTo(Reach.of(feature, psi.n()) + 1e-9));
      }
    }
  }

  /** The threshold of the test is the one that a window is compared with. */
  @Test
  void featureOfWindowsThatScatterTooMuch_isBlind_andTheOthersAreNot() {
    List<Overdispersion> scatter =
        new ArrayList<>(Collections.nCopies(4, new Overdispersion(40, 40)));
    scatter.set(2, new Overdispersion(40, 40 * 3_000));
    BaselineProfile calibrated = PROFILE.calibrated("calibrated", scatter);
    TileLayout layout = TileLayout.of(calibrated, false);
    List<RowWriter> window = Samples.mixed(2_000, 5);

    for (int f = 0; f < 4; f++) {
      FeatureProfile feature = calibrated.features().get(f);
      DriftReading psi =
          SCORER
              .score(layout, Samples.tile(layout, window))
              .features()
              .get(f)
              .reading("psi")
              .orElseThrow();
      PsiTest test = Reach.test(feature, psi.n(), Dispersion.of(feature.dispersion().factor()));
      double threshold = test.threshold(POLICY.warning(), POLICY.level() / 4);
      assertThat(test.psi()).isEqualTo(Reach.of(feature, psi.n()));
      assertThat(threshold).isCloseTo(psi.threshold(), within(1e-9 * threshold));
      assertThat(threshold > test.psi()).as(feature.name()).isEqualTo(f == 2);
    }
  }

  /**
   * Its shares are those of less than one independent row, and half of them is much all the same.
   */
  @Test
  void blindFeature_firesByHalfOfItsValuesOfAnotherType() {
    BaselineProfile calibrated =
        PROFILE.calibrated(
            "calibrated", Collections.nCopies(4, new Overdispersion(40, 40 * 3_000)));
    TileLayout layout = TileLayout.of(calibrated, false);
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    int at = 0;
    for (RowWriter each : Samples.mixed(1_600, 5)) {
      row.clear();
      each.writeTo(row);
      if (at++ % 2 == 0) {
        row.mistype(0);
      }
      tile.add(row);
    }
    FeatureDrift amount = SCORER.score(layout, tile).features().get(0);
    DriftReading psi = amount.reading("psi").orElseThrow();

    assertThat(psi.threshold()).isGreaterThan(Reach.of(calibrated.features().get(0), psi.n()));
    assertThat(amount.reading("wrong_type").orElseThrow().severity()).isEqualTo(Severity.WARNING);
    assertThat(amount.severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void featureWithoutValues_reachesNothing() {
    FeatureProfile blank =
        Samples.profile(
                Samples.MIXED,
                new ProfileOptions(10, 120, 0, 100),
                List.of(row -> row.number(0, 1)))
            .features()
            .get(2);

    assertThat(Reach.of(blank, 500)).isZero();
    assertThatThrownBy(() -> Reach.of(PROFILE.features().get(0), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Optional<DriftReading> psi(List<RowWriter> window, int feature) {
    return SCORER
        .score(LAYOUT, Samples.tile(LAYOUT, window))
        .features()
        .get(feature)
        .reading("psi");
  }

  /** One value in each bin that the reference has: an edge belongs to the bin below it. */
  private static List<RowWriter> values(FeatureProfile feature, int position) {
    List<RowWriter> values = new ArrayList<>();
    if (feature instanceof NumericProfile numeric) {
      long[] counts = numeric.counts();
      double[] edges = numeric.edges().toArray();
      for (int i = 0; i < counts.length; i++) {
        double value = i < edges.length ? edges[i] : numeric.max();
        if (counts[i] > 0) {
          values.add(row -> row.number(position, value));
        }
      }
    } else if (feature instanceof CategoricalProfile words) {
      words.words().forEach(word -> values.add(row -> row.category(position, word)));
    }
    return values;
  }
}
