package dev.runway.retraintrigger.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.DataFault.Kind;
import java.util.ArrayList;
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
  void otherUnitInAnotherWeek_isAUnitJumpAllTheSame() {
    assertThat(faults(numeric(4.33, 9.77, 39.7 * 4.33, 38.8 * 9.77)))
        .containsExactly(new DataFault("x", Kind.UNIT_JUMP, 60));
    assertThat(faults(numeric(4.30, 24.21, 16.9 * 4.30, 48.8 * 24.21)))
        .containsExactly(new DataFault("x", Kind.UNIT_JUMP, 60));
    assertThat(faults(numeric(4.30, 24.21, -18.1 * 4.30, 32.4 * 24.21)))
        .containsExactly(new DataFault("x", Kind.UNIT_JUMP, 60));
    assertThat(faults(numeric(39.7 * 4.33, 38.8 * 9.77, 4.33, 9.77)))
        .containsExactly(new DataFault("x", Kind.UNIT_JUMP, 1.0 / 60));
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
