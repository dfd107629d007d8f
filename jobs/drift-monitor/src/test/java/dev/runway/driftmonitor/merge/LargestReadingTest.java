package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.JudgedWindow;
import dev.runway.drift.window.JudgedWindow.Excuse;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** More features than a reading names, each with all signals and a name as long as it may be. */
class LargestReadingTest {
  private static final int FEATURES = Limits.MAX_DRIFT_FEATURES + 10;
  private static final Span WINDOW =
      new Span(DriftReading.ALL, 1_790_000_000_000L, 1_790_000_600_000L);
  private static final WindowReport.Settings SETTINGS = new WindowReport.Settings(500, 0.05, 5);

  @Test
  void largestReading_fitsIntoARecordAndIsReadBack() throws Exception {
    TileLayout baseline = baseline();
    Tile tile = tile(baseline, new Random(2), 0.7);
    Tile before = tile(baseline, new Random(3), 1);
    WindowReport report = new WindowReport(SETTINGS);
    JudgedWindow judged =
        report.judge(
            baseline, tile, before, WINDOW.startMillis(), WINDOW.endMillis(), PastWindows.NOTHING);

    DriftReading reading =
        report.read(
            new BaselineKey("m".repeat(Limits.MAX_ID), "1", "b"),
            baseline,
            WINDOW,
            excused(baseline, judged, before),
            Long.MAX_VALUE,
            false,
            Uncounted.NOTHING,
            0);
    byte[] bytes = DriftReadingCodec.write(reading);

    assertThat(reading.excused()).isEqualTo(FEATURES);
    assertThat(reading.features()).hasSize(Limits.MAX_DRIFT_FEATURES);
    assertThat(reading.features().subList(0, WindowReport.IN_FULL))
        .extracting(feature -> feature.signals().size())
        .containsOnly(24);
    assertThat(reading.features().subList(WindowReport.IN_FULL, Limits.MAX_DRIFT_FEATURES))
        .extracting(feature -> feature.signals().size())
        .containsOnly(16);
    assertThat(bytes.length).isLessThan(Limits.MAX_DRIFT_BYTES);
    assertThat(DriftReadingCodec.read(bytes)).isEqualTo(reading);
  }

  /** All of it by what was two days ago, which is one more signal. */
  private static JudgedWindow excused(TileLayout baseline, JudgedWindow judged, Tile then) {
    Dispersion[] dispersions = new Dispersion[FEATURES];
    Arrays.fill(dispersions, Dispersion.NONE);
    PsiTest[] change =
        new DriftScorer(SETTINGS.policy())
            .compare(
                baseline.profile(), judged.counts(), WideCounts.of(baseline, then), dispersions);
    Map<String, Excuse> excused = new TreeMap<>();
    judged
        .report()
        .flagged()
        .forEach(
            feature ->
                excused.put(
                    feature.feature(),
                    new Excuse(0, change[baseline.position(feature.feature())])));
    return new JudgedWindow(
        judged.fromMillis(),
        judged.endMillis(),
        judged.counts(),
        judged.report(),
        change,
        change,
        excused,
        dispersions);
  }

  private static TileLayout baseline() {
    Random random = new Random(1);
    List<Declared> declared = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      declared.add(Declared.numeric("\u4e2d".repeat(Limits.MAX_NAME - 3) + "%03d".formatted(i)));
    }
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      double[] values = random.doubles(FEATURES).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < FEATURES; f++) {
              row.number(f, values[f]);
            }
          });
    }
    return TileLayout.of(
        ProfileBuilder.build(
            new Identity("b", "m", "1", 0, Source.PROFILE_JOB),
            Precision.DOUBLE,
            declared,
            new ProfileOptions(10, 20, 0, 10),
            rows),
        true);
  }

  /** Some values are missing, of another type, infinite and out of range. */
  private static Tile tile(TileLayout baseline, Random random, double scale) {
    Tile tile = baseline.newTile();
    Row row = baseline.newRow();
    for (int i = 0; i < 2_000; i++) {
      row.clear();
      for (int f = 0; f < FEATURES; f++) {
        switch (random.nextInt(40)) {
          case 0 -> row.number(f, Double.POSITIVE_INFINITY);
          case 1 -> row.mistype(f);
          case 2 -> row.number(f, 3);
          case 3 -> {}
          default -> row.number(f, scale * random.nextDouble());
        }
      }
      tile.add(row);
    }
    return tile;
  }
}
