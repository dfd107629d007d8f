package dev.runway.sql.function;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllSketch;
import org.junit.jupiter.api.Test;

class SketchFunctionsTest {

  private final KllSketchAggDouble kll = new KllSketchAggDouble();
  private final HllSketchAgg hll = new HllSketchAgg();

  private byte[] normal(int n, double mean, double sd, long seed) {
    return normal(n, mean, sd, seed, KllSketch.DEFAULT_K);
  }

  private byte[] normal(int n, double mean, double sd, long seed, int k) {
    Random random = new Random(seed);
    KllSum sum = kll.createAccumulator();
    for (int i = 0; i < n; i++) {
      kll.accumulate(sum, mean + sd * random.nextGaussian(), k);
    }
    return kll.getValue(sum);
  }

  @Test
  void fewValues_areKeptAsTheyAre() {
    KllSum sum = kll.createAccumulator();
    for (Double value : Arrays.asList(3.0, null, 1.0, Double.NaN, 2.0)) {
      kll.accumulate(sum, value);
    }

    byte[] sketch = kll.getValue(sum);

    assertThat(new KllSketchGetNDouble().eval(sketch)).isEqualTo(3);
    assertThat(new KllSketchGetQuantileDouble().eval(sketch, 0.5)).isEqualTo(2.0);
    assertThat(new KllSketchGetQuantileDouble().eval(sketch, new Double[] {0.0, null, 1.0}))
        .containsExactly(1.0, null, 3.0);
    assertThat(new KllSketchGetRankDouble().eval(sketch, 2.0)).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(new KllSketchToStringDouble().eval(sketch)).contains("KllDoublesSketch");
    assertThat(KllDoublesSketch.heapify(org.apache.datasketches.memory.Memory.wrap(sketch)).getK())
        .isEqualTo(200);
  }

  @Test
  void sketchesOfParts_mergeToThatOfTheWhole() {
    KllMergeAggDouble merge = new KllMergeAggDouble();
    KllSum left = merge.createAccumulator();
    KllSum right = merge.createAccumulator();
    merge.accumulate(left, normal(1_000, 0, 1, 1));
    merge.accumulate(left, null);
    merge.accumulate(right, normal(2_000, 0, 1, 2));
    merge.merge(left, List.of(right, merge.createAccumulator()));

    byte[] merged = merge.getValue(left);

    assertThat(new KllSketchGetNDouble().eval(merged)).isEqualTo(3_000);
    // Rank error 1.33 % with 99 %, and that of the sample.
    assertThat(new KllSketchGetRankDouble().eval(merged, 0.0)).isCloseTo(0.5, within(0.05));
    byte[] both = new KllSketchMergeDouble().eval(normal(1_000, 0, 1, 1), normal(2_000, 0, 1, 2));
    assertThat(new KllSketchGetNDouble().eval(both)).isEqualTo(3_000);
  }

  @Test
  void distancesOfSketches_areThoseOfTheLaw() {
    // A sketch draws what it keeps from a generator that nobody can seed: so large a one that what
    // it draws is nothing beside the sample's own error.
    int k = 4_096;
    byte[] reference = normal(20_000, 0, 1, 1, k);
    byte[] shifted = normal(20_000, 0.5, 1, 2, k);

    // A shift of half a deviation is a PSI of 0.238 over ten bins, a KS distance of 0.197.
    assertThat(new Psi().eval(reference, shifted)).isCloseTo(0.238, within(0.01));
    assertThat(new Psi().eval(reference, shifted, 20)).isCloseTo(0.245, within(0.01));
    assertThat(new Psi().eval(reference, normal(20_000, 0, 1, 3, k))).isBetween(0.0, 0.002);
    assertThat(new KlDivergence().eval(reference, shifted)).isCloseTo(0.12, within(0.006));
    assertThat(new JsDistance().eval(reference, shifted)).isCloseTo(0.17, within(0.005));
    assertThat(new Ks().eval(reference, shifted)).isCloseTo(0.197, within(0.004));
    assertThat(new Psi().eval(reference, reference)).isZero();
  }

  @Test
  void differentValues_areCounted() {
    HllSum sum = hll.createAccumulator();
    HllSum other = hll.createAccumulator();
    for (int i = 0; i < 1_000; i++) {
      hll.accumulate(i % 2 == 0 ? sum : other, "user-" + i % 500);
    }
    hll.accumulate(sum, (String) null);
    byte[] half = hll.getValue(sum);
    hll.merge(sum, List.of(other, hll.createAccumulator()));

    // Three standard errors of 1.6 %.
    assertThat(new HllSketchEstimate().eval(half)).isBetween(238L, 262L);
    assertThat(new HllSketchEstimate().eval(hll.getValue(sum))).isBetween(476L, 524L);
    assertThat(new HllSketchEstimate().eval(new HllUnion().eval(half, hll.getValue(other))))
        .isBetween(476L, 524L);
    HllUnionAgg union = new HllUnionAgg();
    HllSum all = union.createAccumulator();
    union.accumulate(all, half);
    union.accumulate(all, null);
    union.accumulate(all, hll.getValue(other));
    assertThat(new HllSketchEstimate().eval(union.getValue(all))).isBetween(476L, 524L);
  }

  @Test
  void ofNothing_isAnEmptySketch() {
    byte[] noNumbers = kll.getValue(kll.createAccumulator());
    byte[] noWords = hll.getValue(hll.createAccumulator());

    assertThat(new KllSketchGetNDouble().eval(noNumbers)).isZero();
    assertThat(new KllSketchGetQuantileDouble().eval(noNumbers, 0.5)).isNull();
    assertThat(new KllSketchGetRankDouble().eval(noNumbers, 0.5)).isNull();
    assertThat(new Psi().eval(noNumbers, normal(10, 0, 1, 1))).isNull();
    assertThat(new HllSketchEstimate().eval(noWords)).isZero();
  }

  @Test
  void nulls_giveNull() {
    byte[] sketch = normal(10, 0, 1, 1);

    assertThat(new KllSketchGetNDouble().eval(null)).isNull();
    assertThat(new KllSketchGetQuantileDouble().eval(sketch, (Double) null)).isNull();
    assertThat(new KllSketchGetRankDouble().eval(null, 1.0)).isNull();
    assertThat(new KllSketchMergeDouble().eval(sketch, null)).isNull();
    assertThat(new KllSketchToStringDouble().eval(null)).isNull();
    assertThat(new Psi().eval(null, sketch)).isNull();
    assertThat(new Psi().eval(sketch, sketch, null)).isNull();
    assertThat(new HllSketchEstimate().eval(null)).isNull();
    assertThat(new HllUnion().eval(null, sketch)).isNull();
  }

  @Test
  void whatIsNoSketch_isRefusedWithTheFunctionsName() {
    byte[] sketch = normal(1_000, 0, 1, 1);
    byte[] cut = Arrays.copyOf(sketch, sketch.length / 2);
    byte[] noise = "not a sketch at all, but long enough to be one".getBytes(UTF_8);

    for (byte[] bad : List.of(cut, noise, new byte[0], new byte[3])) {
      assertThatThrownBy(() -> new KllSketchGetNDouble().eval(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("kll_sketch_get_n_double: not a KLL sketch");
      assertThatThrownBy(() -> new HllSketchEstimate().eval(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("hll_sketch_estimate: not a HLL sketch");
    }
    assertThatThrownBy(() -> new KllSketchGetQuantileDouble().eval(sketch, 1.5))
        .hasMessage("kll_sketch_get_quantile_double: rank is 1.5, must be 0 to 1");
    assertThatThrownBy(() -> kll.accumulate(kll.createAccumulator(), 1.0, 7))
        .hasMessage("kll_sketch_agg_double: k is 7, must be 8 to 65535");
    assertThatThrownBy(() -> new Psi().eval(sketch, sketch, 1))
        .hasMessage("psi: 1 bins, must be 2 to 100");
  }

  @Test
  void sketchesOfTwoSizes_areUnitedOnlyOnRequest() {
    HllSum coarse = hll.createAccumulator();
    hll.accumulate(coarse, 1L, 8);
    HllSum fine = hll.createAccumulator();
    hll.accumulate(fine, 2L);

    assertThatThrownBy(() -> new HllUnion().eval(hll.getValue(coarse), hll.getValue(fine)))
        .hasMessageStartingWith("hll_union: sketches of lgConfigK 8 and 12");
    assertThat(
            new HllSketchEstimate()
                .eval(new HllUnion().eval(hll.getValue(coarse), hll.getValue(fine), true)))
        .isEqualTo(2);
  }
}
