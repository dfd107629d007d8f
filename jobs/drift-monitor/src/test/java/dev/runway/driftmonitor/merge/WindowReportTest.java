package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.Limits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowReportTest {
  private static final int FEATURES = 10;
  private static final int TOP = 5;
  private static final Span WINDOW = new Span(DriftReading.ALL, 0, 600_000);

  private static final TileLayout BASELINE = baseline(declared(), rows(5_000, FEATURES));

  private static final TileLayout BLANK =
      TileLayout.of(
          BaselineProfile.blank(
              new Identity("b", "m", "1", 0, Source.PROVISIONAL), Precision.DOUBLE, declared()),
          false);

  @Test
  void calmWindow_hasAllFeaturesEvaluated() throws Exception {
    assertThat(read(BASELINE, rows(2_000, FEATURES)))
        .returns(FEATURES, DriftReading::evaluated)
        .returns(0, DriftReading::flagged);
  }

  /** A join that is broken as a whole: no distribution is left to be judged. */
  @Test
  void allFeaturesMissing_areAllEvaluatedAndFlagged() throws Exception {
    DriftReading reading = read(BASELINE, rows(2_000, 0));

    assertThat(reading)
        .returns(Status.EVALUATED, DriftReading::status)
        .returns(FEATURES, DriftReading::evaluated)
        .returns(FEATURES, DriftReading::flagged)
        .returns(1.0, DriftReading::severity);
    assertThat(reading.features()).extracting(Feature::severity).containsOnly(1.0);
  }

  @Test
  void nineOfTenFeaturesMissing_areNineOfTenEvaluated() throws Exception {
    assertThat(read(BASELINE, rows(2_000, 1)))
        .returns(FEATURES, DriftReading::evaluated)
        .returns(FEATURES - 1, DriftReading::flagged);
  }

  @Test
  void blankBaseline_judgesNothing() throws Exception {
    assertThat(read(BLANK, rows(2_000, FEATURES)))
        .returns(0, DriftReading::evaluated)
        .returns(null, DriftReading::severity);
  }

  /** When more have drifted than a reading names, it names the same ones from window to window. */
  @Test
  void flaggedFeatures_areNamedFromTheWorstOn() throws Exception {
    Random random = new Random(6);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double[] values = random.doubles(FEATURES).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < FEATURES; f++) {
              row.number(f, values[f] * (1 - 0.05 * f));
            }
          });
    }

    assertThat(read(BASELINE, rows).features())
        .filteredOn(Feature::flagged)
        .extracting(Feature::name)
        .hasSizeGreaterThan(4)
        .startsWith("f9", "f8", "f7", "f6")
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  /** A reading that names some of them must not make the others look like proven drift. */
  @Test
  void featuresOfUnknownSeason_areNumbered_whereNotAllOfThemAreNamed() throws Exception {
    int many = Limits.MAX_DRIFT_FEATURES + 10;
    Random random = new Random(8);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double[] values = random.doubles(many).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < many; f++) {
              row.number(f, 0.5 * values[f]);
            }
          });
    }
    TileLayout baseline = baseline(declared(many), rows(3_000, many));

    DriftReading reading = read(baseline, rows);

    assertThat(reading).returns(many, DriftReading::flagged);
    assertThat(reading.features()).hasSize(Limits.MAX_DRIFT_FEATURES);
    Feature events = reading.features().get(0);
    assertThat(events.name()).isEqualTo(DriftReading.EVENTS);
    assertThat(events.signals())
        .filteredOn(signal -> signal.metric().equals(DriftReading.SEASON_UNKNOWN))
        .extracting(DriftReading.Signal::value)
        .containsExactly((double) many);
    // Where all are named each says it itself.
    assertThat(read(BASELINE, rows(2_000, 1)).features())
        .extracting(Feature::name)
        .doesNotContain(DriftReading.EVENTS);
  }

  /** Ten features change more than the score, which does not change at all. */
  @Test
  void outputs_areShownFirst_alsoWhereTheyAreAsTheyWere() throws Exception {
    List<Declared> declared = new ArrayList<>(declared());
    declared.add(Declared.numeric("$score"));
    TileLayout baseline = baseline(declared, rows(5_000, FEATURES + 1));
    Random random = new Random(7);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double[] values = random.doubles(FEATURES + 1).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < FEATURES; f++) {
              row.number(f, values[f] * (1 - 0.05 * f));
            }
            row.number(FEATURES, values[FEATURES]);
          });
    }

    List<Feature> drifted = read(baseline, rows).features();
    assertThat(drifted)
        .extracting(Feature::name)
        .startsWith("$score", "f9")
        .doesNotHaveDuplicates();
    assertThat(drifted.get(0).flagged()).isFalse();
    assertThat(drifted.get(0).severity()).isBetween(0.0, 0.5);
    assertThat(drifted.get(0).signals()).isNotEmpty();
    List<Feature> calm = read(baseline, rows(2_000, FEATURES + 1)).features();
    assertThat(calm).hasSize(1 + TOP);
    assertThat(calm.get(0).name()).isEqualTo("$score");
  }

  private static TileLayout baseline(List<Declared> declared, List<RowWriter> rows) {
    return TileLayout.of(
        ProfileBuilder.build(
            new Identity("b", "m", "1", 0, Source.PROFILE_JOB),
            Precision.DOUBLE,
            declared,
            new ProfileOptions(10, 20, 0, 10),
            rows),
        false);
  }

  private static DriftReading read(TileLayout baseline, List<RowWriter> rows) throws Exception {
    Tile tile = baseline.newTile();
    Row row = baseline.newRow();
    for (RowWriter writer : rows) {
      row.clear();
      writer.writeTo(row);
      tile.add(row);
    }
    WindowReport report = new WindowReport(new WindowReport.Settings(500, 0.05, TOP));
    return report.read(
        new BaselineKey("m", "1", "b"),
        baseline,
        WINDOW,
        report.judge(baseline, tile, null, 0, WINDOW.endMillis(), PastWindows.NOTHING),
        1,
        false,
        Uncounted.NOTHING,
        0);
  }

  private static List<Declared> declared() {
    return declared(FEATURES);
  }

  private static List<Declared> declared(int features) {
    return IntStream.range(0, features).mapToObj(i -> Declared.numeric("f" + i)).toList();
  }

  /** Rows in which so many of the features have a value. */
  private static List<RowWriter> rows(int size, int present) {
    Random random = new Random(size);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double[] values = random.doubles(present).toArray();
      rows.add(
          row -> {
            for (int f = 0; f < present; f++) {
              row.number(f, values[f]);
            }
          });
    }
    return rows;
  }
}
