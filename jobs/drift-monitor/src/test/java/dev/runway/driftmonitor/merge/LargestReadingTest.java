package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
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
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * More features than a reading names, each with all signals and a name as long as it may be, new
 * words that are as long as they are told, and what is said of the events.
 */
class LargestReadingTest {
  private static final int FEATURES = Limits.MAX_DRIFT_FEATURES + 10;

  /** Features at the end that scatter so much that they cannot fire. */
  private static final int BLIND = 4;

  private static final Span WINDOW =
      new Span(DriftReading.ALL, 1_790_000_000_000L, 1_790_000_600_000L);
  private static final WindowReport.Settings SETTINGS = new WindowReport.Settings(500, 0.05, 5);

  private FeatureKind kind = FeatureKind.NUMERIC;

  /**
   * Of numbers alone, and of words alone.
   *
   * @param full signals of each feature that is told with every metric
   * @param fewer signals of the others
   */
  @ParameterizedTest
  @CsvSource({"NUMERIC, 25, 16", "CATEGORICAL, 21, 12"})
  void largestReading_fitsIntoARecordAndIsReadBack(FeatureKind all, int full, int fewer)
      throws Exception {
    kind = all;
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
            new Uncounted(7_000, 900, 5_000, 60_000),
            2_000);
    byte[] bytes = DriftReadingCodec.write(reading);

    assertThat(reading.excused()).isEqualTo(FEATURES - BLIND);
    assertThat(reading.features()).hasSize(Limits.MAX_DRIFT_FEATURES);
    Feature events = reading.features().get(0);
    assertThat(events.name()).isEqualTo(WindowReport.EVENTS);
    assertThat(events.signals())
        .extracting(Signal::metric)
        .containsExactly("unknown_features", "weighted", "effective_share", "blind_features");
    assertThat(events.signals().get(3).value()).isEqualTo(BLIND);
    assertThat(reading.features().subList(1, WindowReport.IN_FULL))
        .extracting(feature -> feature.signals().size())
        .containsOnly(full);
    assertThat(reading.features().subList(WindowReport.IN_FULL, Limits.MAX_DRIFT_FEATURES))
        .extracting(feature -> feature.signals().size())
        .containsOnly(fewer);
    assertThat(reading.features().subList(1, Limits.MAX_DRIFT_FEATURES))
        .allMatch(feature -> feature.kind() == all)
        .allMatch(feature -> all == FeatureKind.NUMERIC || namesThreeWords(feature));
    assertThat(bytes.length).isLessThan(Limits.MAX_DRIFT_BYTES);
    assertThat(DriftReadingCodec.read(bytes)).isEqualTo(reading);
  }

  private static boolean namesThreeWords(Feature feature) {
    return feature.signals().stream()
        .map(Signal::detail)
        .anyMatch(detail -> detail != null && detail.length() > 3 * 40);
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
        Set.of(),
        dispersions);
  }

  private TileLayout baseline() {
    Random random = new Random(1);
    List<Declared> declared = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      String name = "\u4e2d".repeat(Limits.MAX_NAME - 3) + "%03d".formatted(i);
      declared.add(isNumber() ? Declared.numeric(name) : Declared.categorical(name));
    }
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      double[] values = random.doubles(FEATURES).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < FEATURES; f++) {
              if (isNumber()) {
                row.number(f, values[f]);
              } else {
                row.category(f, "w" + (int) (10 * values[f]));
              }
            }
          });
    }
    BaselineProfile profile =
        ProfileBuilder.build(
            new Identity("b", "m", "1", 0, Source.PROFILE_JOB),
            Precision.DOUBLE,
            declared,
            new ProfileOptions(10, 20, 0, 10),
            rows);
    List<Overdispersion> scatter = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      scatter.add(new Overdispersion(40, i < FEATURES - BLIND ? 40 : 40 * 1e5));
    }
    return TileLayout.of(profile.calibrated("b", scatter), true);
  }

  private boolean isNumber() {
    return kind == FeatureKind.NUMERIC;
  }

  /** Some values are missing, of another type, infinite, out of range and new. */
  private Tile tile(TileLayout baseline, Random random, double scale) {
    Tile tile = baseline.newTile();
    Row row = baseline.newRow();
    for (int i = 0; i < 2_000; i++) {
      row.clear();
      for (int f = 0; f < FEATURES; f++) {
        int kind = random.nextInt(40);
        if (kind == 1) {
          row.mistype(f);
        } else if (!isNumber() && kind > 1) {
          row.category(
              f,
              kind < 14
                  ? "\ud83d\ude00".repeat(18) + "%04d".formatted(kind / 3)
                  : "w" + (int) (10 * scale * random.nextDouble()));
        } else if (kind == 2) {
          row.number(f, 3);
        } else if (kind > 3) {
          row.number(f, scale * random.nextDouble());
        } else if (kind == 0 && isNumber()) {
          row.number(f, Double.POSITIVE_INFINITY);
        }
      }
      tile.add(row);
    }
    return tile;
  }
}
