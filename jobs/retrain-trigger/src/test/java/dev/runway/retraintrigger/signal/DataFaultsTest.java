package dev.runway.retraintrigger.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.DataFault.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFaultsTest {

  @ParameterizedTest
  @ValueSource(doubles = {60, 1.0 / 60, 3_600, 10, 0.001, 1_000})
  void valuesInAnotherUnit_areAUnitJump(double factor) {
    assertThat(faults(numeric(12, 5, 12 * factor, 5 * factor)))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.kind()).isEqualTo(Kind.UNIT_JUMP);
              assertThat(fault.size()).isEqualTo(factor);
            });
  }

  /**
   * Events of users who resemble themselves: the error of a mean is twice that of independent ones,
   * and says nothing of how the values spread. From the values to the fault.
   */
  @ParameterizedTest
  @ValueSource(doubles = {10, 0.1, 60, 1.0 / 60, 1_000})
  void unitOfClusteredEvents_isAUnitJump(double factor) {
    Random random = new Random(7);
    assertThat(faults(scored(4, normal(random, 20_000, 1), normal(random, 2_000, factor))))
        .containsExactly(new DataFault("x", Kind.UNIT_JUMP, factor));
  }

  private static double[] normal(Random random, int n, double unit) {
    return random.doubles(n).map(u -> unit * (12 + 5 * random.nextGaussian())).toArray();
  }

  /** As drift-monitor scores and tells it. */
  private static Feature scored(double dispersion, double[] training, double[] now) {
    BaselineProfile profile =
        ProfileBuilder.build(
                new Identity("b", "m", "v1", 0, Source.PROFILE_JOB),
                Precision.DOUBLE,
                List.of(Declared.numeric("x")),
                new ProfileOptions(10, 120, 0, 100),
                Arrays.stream(training).mapToObj(DataFaultsTest::row).toList())
            .calibrated("b", List.of(new Overdispersion(100, 100 * dispersion)));
    TileLayout layout = TileLayout.of(profile, false);
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (double value : now) {
      row.clear();
      row.number(0, value);
      tile.add(row);
    }
    FeatureDrift drift =
        new DriftScorer(DriftPolicy.standard()).score(layout, tile).features().get(0);
    return feature(
        FeatureKind.NUMERIC,
        drift.readings().stream()
            .map(
                reading ->
                    SomeReadings.signal(reading.metric(), reading.value(), reading.se(), false))
            .toArray(Signal[]::new));
  }

  private static RowWriter row(double value) {
    return row -> row.number(0, value);
  }

  /** A mean near 0 has no ratio: there the spread alone says it. */
  @Test
  void centredValuesInAnotherUnit_areAUnitJump() {
    assertThat(faults(numeric(0, 1, 0.01, 60))).hasSize(1);
  }

  /**
   * Delays of flights that come in seconds, against those of January in minutes: windows of a day
   * and a half of the demo, which are calmer and wilder than that month.
   */
  @Test
  void otherUnitInAnotherWeek_isALeapOfTheSpread_withItsTrueRatio() {
    requireLeap(numeric(4.33, 9.77, 39.7 * 4.33, 38.8 * 9.77), 38.8);
    requireLeap(numeric(4.30, 24.21, 16.9 * 4.30, 48.8 * 24.21), 48.8);
    requireLeap(numeric(4.30, 24.21, -18.1 * 4.30, 32.4 * 24.21), 32.4);
    requireLeap(numeric(39.7 * 4.33, 38.8 * 9.77, 4.33, 9.77), 1 / 38.8);
  }

  private static void requireLeap(Feature feature, double ratio) {
    assertThat(faults(feature))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.kind()).isEqualTo(Kind.SPREAD_LEAP);
              assertThat(fault.size()).isCloseTo(ratio, within(1e-9 * ratio));
            });
  }

  /** A spread is that of its largest values. Where the others stayed, it is a tail and no fault. */
  @Test
  void fewValuesFarAway_areNoFault() {
    assertThat(faults(leap(0.01))).isEmpty();
    assertThat(faults(leap(0.0999))).isEmpty();
    assertThat(faults(leap(0.4)))
        .containsExactly(new DataFault("x", Kind.SPREAD_LEAP, StrictMath.exp(Math.log(31))));
  }

  /** So many times as wide, of which some values are the cause. */
  private static Feature leap(double moved) {
    return feature(
        FeatureKind.NUMERIC, signal("log_variance_ratio", 2 * Math.log(31)), signal("ks", moved));
  }

  /**
   * A hundred windows of a thousand values of a tail so heavy that it has no variance, against
   * another thousand: some leap by one value, and none is a fault.
   */
  @Test
  void heavyTails_leapByThemselves_andAreNoFault() {
    Random random = new Random(20_261_127L);
    int leaps = 0;
    for (int i = 0; i < 100; i++) {
      double[] then = cauchy(random);
      double[] now = cauchy(random);
      double ratio = Math.log(variance(now) / variance(then));
      double smd = (mean(now) - mean(then)) / Math.sqrt(variance(then));
      double error = Math.sqrt(variance(now) / 2_000);
      leaps += Math.abs(ratio) / 2 >= Math.log(30) ? 1 : 0;
      Feature feature =
          feature(
              FeatureKind.NUMERIC,
              signal("smd", smd),
              signal("log_variance_ratio", ratio),
              SomeReadings.signal("mean", mean(now), error, false),
              signal("ks", distance(then, now)));
      assertThat(faults(feature)).isEmpty();
    }
    assertThat(leaps).isPositive();
  }

  private static double[] cauchy(Random random) {
    double[] values = new double[1_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = StrictMath.tan(Math.PI * (random.nextDouble() - 0.5));
    }
    Arrays.sort(values);
    return values;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1);
  }

  /** Largest distance of two empirical distributions; both samples are sorted. */
  private static double distance(double[] a, double[] b) {
    double largest = 0;
    int j = 0;
    for (int i = 0; i < a.length; i++) {
      while (j < b.length && b[j] <= a[i]) {
        j++;
      }
      largest = Math.max(largest, Math.abs((i + 1.0) / a.length - (double) j / b.length));
    }
    return largest;
  }

  /** A storm of February: twice the spread and five times the mean are a world that has changed. */
  @Test
  void wildWeek_isNone() {
    assertThat(faults(numeric(4.33, 9.77, 5.3 * 4.33, 2.2 * 9.77))).isEmpty();
    assertThat(faults(numeric(12, 5, 12, 29 * 5))).isEmpty();
  }

  @Test
  void valuesThatMovedOrSpread_areNone() {
    assertThat(faults(numeric(12, 5, 40, 5))).isEmpty();
    assertThat(faults(numeric(12, 5, 12, 50))).isEmpty();
    assertThat(faults(numeric(12, 5, 24, 10))).isEmpty();
  }

  /** Traffic that moves in all sorts of ways must not be taken for a broken sensor. */
  @Test
  void ordinaryShifts_areNearlyNeverAFault() {
    Random random = new Random(20_261_126L);
    int faults = 0;
    for (int i = 0; i < 10_000; i++) {
      double spread = Math.exp(random.nextGaussian());
      double shift = 2 * random.nextGaussian();
      faults += faults(numeric(12, 5, 12 + 5 * shift, 5 * spread)).size();
    }
    assertThat(faults).isLessThan(100);
  }

  @Test
  void missingMistypedAndCollapsedValues_areTold() {
    assertThat(faults(feature(FeatureKind.NUMERIC, signal("missing_change", 0.3))))
        .containsExactly(new DataFault("x", Kind.NULL_SPIKE, 0.3));
    assertThat(faults(feature(FeatureKind.NUMERIC, signal("missing_change", 0.1)))).isEmpty();
    assertThat(faults(feature(FeatureKind.NUMERIC, signal("wrong_type", 0.06))))
        .containsExactly(new DataFault("x", Kind.SCHEMA_CHANGE, 0.06));
    assertThat(faults(feature(FeatureKind.CATEGORICAL, signal("linf", 0.6))))
        .containsExactly(new DataFault("x", Kind.CATEGORY_COLLAPSE, 0.6));
    assertThat(
            faults(
                feature(FeatureKind.CATEGORICAL, signal("linf", 0.6), signal("new_category", 0.6))))
        .isEmpty();
  }

  private static Feature numeric(
      double mean, double deviation, double meanNow, double deviationNow) {
    return feature(
        FeatureKind.NUMERIC,
        signal("smd", (meanNow - mean) / deviation),
        signal("log_variance_ratio", 2 * Math.log(deviationNow / deviation)),
        SomeReadings.signal("mean", meanNow, deviationNow / Math.sqrt(2_000), false));
  }

  private static Signal signal(String metric, double value) {
    return SomeReadings.signal(metric, value, false);
  }

  private static Feature feature(FeatureKind kind, Signal... signals) {
    return new Feature("x", kind, true, 1.0, new ArrayList<>(List.of(signals)));
  }

  private static List<DataFault> faults(Feature feature) {
    return DataFaults.of(
        SomeReadings.drift("v1", "b-1", Scene.START, 1, 1, false, List.of(feature)));
  }
}
