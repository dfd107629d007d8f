package dev.runway.groundtruth.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.Weight;
import dev.runway.model.Limits;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  /** Declares the variants x:b and shadow. */
  private final SomeModel model = SomeModel.explicit();

  @Test
  void declaredVariant_isCountedUnderItsName() {
    assertThat(variantOf("x", "b")).isEqualTo("x:b");
    assertThat(variantOf(null, "shadow")).isEqualTo("shadow");
  }

  @Test
  void undeclaredVariant_isCountedAsOther() {
    assertThat(variantOf("x", "request-4711")).isEqualTo(ModelDocument.OTHER);
    assertThat(variantOf("another", "b")).isEqualTo(ModelDocument.OTHER);
    assertThat(variantOf(null, "b")).isEqualTo(ModelDocument.OTHER);
  }

  @Test
  void eventWithoutVariant_hasNone() {
    assertThat(variantOf("x", null)).isNull();
  }

  @Test
  void everyWeightOfTheContract_isAdmitted() {
    for (double weight : new double[] {Limits.MIN_WEIGHT, 1, Limits.MAX_WEIGHT}) {
      assertThat(Weight.toDouble(model.admit(event(null, null, weight)).weightUnits()))
          .isEqualTo(weight);
    }
  }

  private @Nullable String variantOf(@Nullable String experiment, @Nullable String variant) {
    return model.admit(event(experiment, variant, 1)).variant();
  }

  private static Prediction event(
      @Nullable String experiment, @Nullable String variant, double weight) {
    return new Prediction(
        "p",
        "m",
        "v1",
        0,
        0.5,
        null,
        Double.NaN,
        null,
        null,
        null,
        experiment,
        variant,
        Double.NaN,
        weight);
  }
}
