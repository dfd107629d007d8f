package dev.runway.groundtruth.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Prediction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final Prediction SPARSE = event(0.25, null, Double.NaN, null, null, null);
  private static final Prediction FULL = event(0.25, "true", -3.5, List.of("a", "b"), "e", "eu");

  /** Stored with every open prediction: another value would turn every repeat into a conflict. */
  @Test
  void values_neverChange() {
    assertThat(Long.toHexString(Fingerprint.of(SPARSE))).isEqualTo("e9d1182d2c45388f");
    assertThat(Long.toHexString(Fingerprint.of(FULL))).isEqualTo("64a967263c562756");
  }

  @Test
  void idsDoNotMatter_forTheyAreEqualAnyway() {
    Prediction other =
        new Prediction(
            "other",
            "model",
            "v1",
            5,
            0.25,
            null,
            Double.NaN,
            null,
            null,
            null,
            null,
            null,
            Double.NaN,
            1);
    assertThat(Fingerprint.of(other)).isEqualTo(Fingerprint.of(SPARSE));
  }

  @Test
  void everyOtherField_matters() {
    Set<Long> seen = new HashSet<>();
    List<Prediction> different =
        List.of(
            SPARSE,
            FULL,
            event(0.5, null, Double.NaN, null, null, null),
            event(0.25, "false", Double.NaN, null, null, null),
            event(0.25, null, 0.0, null, null, null),
            event(0.25, null, -0.0, null, null, null),
            event(0.25, null, Double.NaN, List.of("x"), null, null),
            event(0.25, null, Double.NaN, List.of("x", "y"), null, null),
            event(0.25, null, Double.NaN, List.of("xy"), null, null),
            event(0.25, null, Double.NaN, null, "x", null),
            event(0.25, null, Double.NaN, null, null, "x"));
    different.forEach(event -> seen.add(Fingerprint.of(event)));

    assertThat(seen).hasSize(different.size());
  }

  private static Prediction event(
      double score,
      @Nullable String label,
      double value,
      @Nullable List<String> ranking,
      @Nullable String entity,
      @Nullable String segment) {
    return new Prediction(
        "p",
        "m",
        "v1",
        5,
        score,
        label,
        value,
        ranking,
        entity,
        segment,
        null,
        null,
        Double.NaN,
        1);
  }
}
