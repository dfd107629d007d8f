package dev.runway.drift.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureWindowsTest {
  private static final int REFERENCE = 1_000;
  private static final TileLayout BASELINE = TileLayout.of(profile(), false);

  /** Numbers from 0 to 999 with every tenth missing before; 100 to 699, -inf and a text now. */
  @Test
  void numbers_areCountedInTheBinsOfTheBaseline() {
    FeatureWindow window = windows().get(0);

    assertThat(window)
        .returns("m", FeatureWindow::modelId)
        .returns("1", FeatureWindow::modelVersion)
        .returns("number", FeatureWindow::feature)
        .returns(FeatureKind.NUMERIC, FeatureWindow::kind)
        .returns(List.of(), FeatureWindow::words);
    Population before = window.reference();
    assertThat(before)
        .returns(1_000L, Population::events)
        .returns(900L, Population::n)
        .returns(100L, Population::missing)
        .returns(1.0, Population::min)
        .returns(999.0, Population::max)
        .returns(0.1, Population::missingShare);
    assertThat(before.mean()).isCloseTo(500, within(1.0));
    Population now = window.current();
    assertThat(now)
        .returns(602L, Population::events)
        .returns(601L, Population::n)
        .returns(0L, Population::missing)
        .returns(1L, Population::mistyped)
        .returns(1L, Population::infinite)
        .returns(100.0, Population::min)
        .returns(699.0, Population::max);
    assertThat(now.mean()).isCloseTo(399.5, within(1e-9));
    assertThat(now.standardDeviation()).isCloseTo(173.35, within(0.01));
    assertThat(now.counts()).hasSize(window.edges().length + 1);
    assertThat(Arrays.stream(now.counts()).sum()).isEqualTo(601);
    assertThat(Arrays.stream(now.shares()).sum()).isCloseTo(1, within(1e-12));
    assertThat(now.counts()[0]).isEqualTo(1);
    assertThat(window.metric("psi")).isPositive();
    assertThat(window.metric("new_category")).isNaN();
  }

  @Test
  void words_haveABinEachAndOneForTheRest() {
    FeatureWindow window = windows().get(1);

    assertThat(window.words()).containsExactly("a", "b");
    assertThat(window.reference().counts()).containsExactly(750, 250, 0);
    assertThat(window.current().counts()).containsExactly(600, 0, 2);
    assertThat(window.current().mean()).isNaN();
    assertThat(window.current().min()).isNaN();
    assertThat(window.edges()).isEmpty();
    assertThat(window.metric("new_category")).isCloseTo(2 / 602.0, within(1e-12));
  }

  @Test
  void view_cannotBeChanged() {
    FeatureWindow window = windows().get(0);
    window.edges()[0] = 7;
    window.current().counts()[0] = 7;

    assertThat(window).isEqualTo(windows().get(0));
  }

  private static List<FeatureWindow> windows() {
    Tile tile = BASELINE.newTile();
    Row row = BASELINE.newRow();
    for (int i = 0; i < 602; i++) {
      row.clear();
      if (i < 600) {
        row.number(0, 100 + i);
      } else if (i == 600) {
        row.number(0, Double.NEGATIVE_INFINITY);
      } else {
        row.mistype(0);
      }
      row.category(1, i < 600 ? "a" : "new");
      tile.add(row);
    }
    return FeatureWindows.of(
        BASELINE, tile, new DriftScorer(DriftPolicy.standard()).score(BASELINE, tile));
  }

  private static BaselineProfile profile() {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < REFERENCE; i++) {
      int number = i;
      rows.add(
          values -> {
            if (number % 10 != 0) {
              values.number(0, number);
            }
            values.category(1, number % 4 == 0 ? "b" : "a");
          });
    }
    return ProfileBuilder.build(
        new Identity("b", "m", "1", 0, Source.PROFILE_JOB),
        Precision.DOUBLE,
        List.of(Declared.numeric("number"), Declared.categorical("word")),
        ProfileOptions.standard(2),
        rows);
  }
}
