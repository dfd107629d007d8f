package dev.runway.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.embedding.EmbeddingReading.Gap;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StabilityMeasuresTest {

  private static final int REPEATS = 60;
  private static final int PAIRS = 1_200;
  private static final StabilityOptions OPTIONS = StabilityOptions.standard();
  private static final StabilityReport[] REPORTS = new StabilityReport[REPEATS];

  /** Reports of different items of the same two versions. */
  @BeforeAll
  static void measure() {
    float[][] before = Spaces.clustered(REPEATS * PAIRS, 8, 1);
    float[][] after = Spaces.scaled(Spaces.noisy(Spaces.rotated(before, 2), 0.2, 3), 1.1f);
    for (int i = 0; i < REPEATS; i++) {
      int from = i * PAIRS;
      REPORTS[i] =
          report(
              Arrays.copyOfRange(before, from, from + PAIRS),
              Arrays.copyOfRange(after, from, from + PAIRS));
    }
  }

  private static StabilityReport report(float[][] before, float[][] after) {
    return StabilityMeasures.of(
        Spaces.statistics(before, after, 2_000), ItemCounts.OF_PAIRS, OPTIONS);
  }

  private static double[] each(EmbeddingMetric metric) {
    return Arrays.stream(REPORTS).mapToDouble(report -> report.value(metric)).toArray();
  }

  private static double deviation(double[] values) {
    return SampleRows.standardError(1, values);
  }

  /**
   * 60 repeats know their scatter to 9 %. Neighbours of one item are also those of others, so their
   * standard error is rougher; the overlaps here do not show it.
   */
  @ParameterizedTest
  @EnumSource(
      value = EmbeddingMetric.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "ALIGNED_COSINE_P01",
        "ALIGNED_COSINE_P05",
        "ALIGNED_COSINE_P50",
        "ALIGNED_COSINE_LOST",
        "NORM_CHANGED",
        "UNUSABLE_BEFORE",
        "UNUSABLE_AFTER",
        "COVERAGE",
        "MISSING_AFTER",
        "DIMENSIONS_MOVED",
        "ALIGNED_DIMENSIONS_MOVED",
        "ITEMS_MOVED",
        "ALIGNED_ITEMS_MOVED",
        "DEAD_DIMENSIONS_BEFORE",
        "DEAD_DIMENSIONS_AFTER",
        "NOT_FINITE_BEFORE",
        "NOT_FINITE_AFTER",
        "ZERO_BEFORE",
        "ZERO_AFTER"
      })
  void standardError_isWhatRepeatsScatter(EmbeddingMetric metric) {
    double stated =
        Arrays.stream(REPORTS)
            .mapToDouble(report -> report.reading(metric).se())
            .average()
            .orElseThrow();

    assertThat(stated / deviation(each(metric))).isBetween(0.7, 1.4);
  }

  @ParameterizedTest
  @EnumSource(names = {"ALIGNED_COSINE_P01", "ALIGNED_COSINE_P05", "ALIGNED_COSINE_P50"})
  void intervalOfAQuantile_holdsTheQuantileOfAll(EmbeddingMetric metric) {
    double centre = Arrays.stream(each(metric)).average().orElseThrow();
    long held =
        Arrays.stream(REPORTS)
            .map(report -> report.reading(metric))
            .filter(reading -> reading.low() <= centre && centre <= reading.high())
            .count();

    // 57 of 60 are to be expected.
    assertThat(held).isGreaterThanOrEqualTo(51);
  }

  /** Exact counts have an interval without width; quantiles have the ranks around them. */
  @ParameterizedTest
  @EnumSource(EmbeddingMetric.class)
  void everyNumber_standsInItsInterval_andSaysWhatItRestsOn(EmbeddingMetric metric) {
    EmbeddingReading reading = REPORTS[0].reading(metric);

    assertThat(reading.gap()).isNull();
    assertThat(reading.value()).isNotNull().isBetween(reading.low(), reading.high());
    assertThat(reading.n()).isGreaterThanOrEqualTo(PAIRS / 2);
  }

  @Test
  void debiasedCka_isThatOfManyPairs_fromTheLeastOnAndBelow() {
    float[][] before = Spaces.clustered(20_000, 24, 5);
    float[][] after = Spaces.noisy(before, 0.5, 6);
    double all = Cka.of(new PairMoments(Spaces.sums(before, after, 20_000))).debiased();
    Cka few = Cka.of(new PairMoments(Spaces.sums(before, after, 200)));

    assertThat(few.debiased()).isCloseTo(all, within(0.02));
    assertThat(few.plain() - all).isGreaterThan(Math.abs(few.debiased() - all));
  }

  private static Set<EmbeddingMetric> missing(StabilityReport report, Gap gap) {
    Set<EmbeddingMetric> missing = EnumSet.noneOf(EmbeddingMetric.class);
    report
        .readings()
        .values()
        .forEach(
            reading -> {
              assertThat(reading.value() == null).isEqualTo(reading.gap() != null);
              if (reading.gap() == gap) {
                missing.add(reading.metric());
              }
            });
    return missing;
  }

  @Test
  void measuresThatNeedMorePairs_areMissingAndSayWhy() {
    float[][] before = Spaces.clustered(1_500, 32, 1);
    float[][] after = Spaces.noisy(before, 0.1, 2);
    StabilityReport enough = report(before, after);
    StabilityReport some = report(Arrays.copyOf(before, 1_279), Arrays.copyOf(after, 1_279));
    StabilityReport few = report(Arrays.copyOf(before, 999), Arrays.copyOf(after, 999));
    StabilityReport none =
        StabilityMeasures.of(new PairStatistics(32, 32, 2_000), ItemCounts.OF_PAIRS, OPTIONS);

    Set<EmbeddingMetric> fitted =
        EnumSet.range(EmbeddingMetric.PROCRUSTES_RESIDUAL, EmbeddingMetric.ALIGNED_COSINE_P50);
    fitted.addAll(
        EnumSet.range(
            EmbeddingMetric.EFFECTIVE_RANK_BEFORE, EmbeddingMetric.PARTICIPATION_RATIO_AFTER));
    fitted.add(EmbeddingMetric.ALIGNED_DIMENSIONS_MOVED);
    fitted.add(EmbeddingMetric.ALIGNED_ITEMS_MOVED);
    fitted.add(EmbeddingMetric.EIGENSPACE_INSTABILITY);
    fitted.add(EmbeddingMetric.EIGENSPACE_OVERLAP);
    assertThat(missing(enough, Gap.TOO_FEW_PAIRS)).isEmpty();
    assertThat(enough.rotation()).isNotNull();
    assertThat(missing(some, Gap.TOO_FEW_PAIRS)).isEqualTo(fitted);
    assertThat(some.rotation()).isNull();
    fitted.addAll(EnumSet.range(EmbeddingMetric.KNN_OVERLAP, EmbeddingMetric.CKA_DEBIASED));
    assertThat(missing(few, Gap.TOO_FEW_PAIRS)).isEqualTo(fitted);
    assertThat(missing(none, Gap.TOO_FEW_PAIRS)).containsOnly(EmbeddingMetric.values());
  }

  @Test
  void vectorsThatAreAllTheSame_haveNoCkaAndNoRank() {
    float[][] before = Spaces.clustered(1_000, 4, 1);
    float[][] after = Spaces.mapped(before, vector -> new float[] {0.1f, 7, 1 / 3f, -2});
    StabilityReport report = report(before, after);

    assertThat(missing(report, Gap.UNDEFINED))
        .containsExactlyInAnyOrder(
            EmbeddingMetric.CKA,
            EmbeddingMetric.CKA_DEBIASED,
            EmbeddingMetric.EFFECTIVE_RANK_BEFORE,
            EmbeddingMetric.EFFECTIVE_RANK_AFTER,
            EmbeddingMetric.PARTICIPATION_RATIO_BEFORE,
            EmbeddingMetric.PARTICIPATION_RATIO_AFTER);
    assertThat(report.value(EmbeddingMetric.DEAD_DIMENSIONS_AFTER)).isEqualTo(4);
    assertThat(report.value(EmbeddingMetric.DEAD_DIMENSIONS_BEFORE)).isZero();
  }

  @Test
  void unusableVectors_areSharesOfWhatCame() {
    float[][] before = Spaces.clustered(100, 4, 1);
    float[][] after = Spaces.noisy(before, 0.1, 2);
    for (int i = 0; i < 20; i++) {
      after[i] = i < 15 ? new float[] {1, Float.NaN, 1, 1} : new float[4];
    }
    StabilityReport report = report(before, after);

    assertThat(report.pairs()).isEqualTo(80);
    assertThat(report.unusablePairs()).isEqualTo(20);
    assertThat(report.value(EmbeddingMetric.NOT_FINITE_AFTER)).isEqualTo(0.15);
    assertThat(report.value(EmbeddingMetric.ZERO_AFTER)).isEqualTo(0.05);
    assertThat(report.value(EmbeddingMetric.NOT_FINITE_BEFORE)).isZero();
    assertThat(report.value(EmbeddingMetric.UNUSABLE_AFTER)).isEqualTo(0.2);
    assertThat(report.value(EmbeddingMetric.UNUSABLE_BEFORE)).isZero();
  }

  @Test
  void coverage_isTheShareOfTheVersionThatHasMore() {
    float[][] before = Spaces.clustered(100, 4, 1);
    PairStatistics statistics = Spaces.statistics(before, Spaces.noisy(before, 0.1, 2), 2_000);

    StabilityReport more = StabilityMeasures.of(statistics, new ItemCounts(125, 400), OPTIONS);
    assertThat(more.value(EmbeddingMetric.COVERAGE)).isEqualTo(0.25);
    assertThat(more.value(EmbeddingMetric.MISSING_AFTER)).isEqualTo(0.2);
    StabilityReport all = StabilityMeasures.of(statistics, ItemCounts.OF_PAIRS, OPTIONS);
    assertThat(all.value(EmbeddingMetric.COVERAGE)).isEqualTo(1);
    assertThat(all.value(EmbeddingMetric.MISSING_AFTER)).isZero();
  }

  @Test
  void whatCannotBeComputed_isMissing_andThePairsAreStillCounted() {
    float[][] before = Spaces.clustered(1_200, 4, 1);
    PairStatistics statistics = Spaces.statistics(before, before, 2_000);
    StabilityReport report =
        StabilityMeasures.failed(statistics, new ItemCounts(0, 2_400), OPTIONS);

    assertThat(report.pairs()).isEqualTo(1_200);
    assertThat(report.value(EmbeddingMetric.COVERAGE)).isEqualTo(0.5);
    assertThat(report.reading(EmbeddingMetric.KNN_OVERLAP).gap()).isEqualTo(Gap.FAILED);
    assertThat(report.rotation()).isNull();
  }

  @Test
  void tails_areTheSharesOfItemsThatAreFarFromWhatTheyWere() {
    float[][] before = Spaces.clustered(1_500, 8, 1);
    float[][] after = Spaces.noisy(before, 0.02, 2);
    for (int i = 0; i < 1_500; i += 10) {
      for (int j = 0; j < 8; j++) {
        after[i][j] *= i % 20 == 0 ? -1 : 2;
      }
    }
    StabilityReport report = report(before, after);

    assertThat(report.value(EmbeddingMetric.NORM_CHANGED)).isCloseTo(0.05, within(0.001));
    assertThat(report.value(EmbeddingMetric.RAW_COSINE_LOST)).isCloseTo(0.05, within(0.001));
    assertThat(report.value(EmbeddingMetric.ALIGNED_COSINE_LOST)).isCloseTo(0.05, within(0.001));
    assertThat(report.value(EmbeddingMetric.KNN_LOST)).isBetween(0.03, 0.07);
  }

  /** Two of eight dimensions: one has another sign, one another mean, and neither comes back. */
  @Test
  void dimensionsThatMoved_areCounted_whateverTheirStrength() {
    float[][] before = Spaces.clustered(1_500, 8, 1);
    float[][] after = Spaces.noisy(before, 0.01, 2);
    for (int i = 0; i < 1_500; i++) {
      before[i][6] *= 0.1f;
      after[i][6] = -before[i][6];
      after[i][7] += 3;
    }
    StabilityReport report = report(before, after);
    assertThat(report.value(EmbeddingMetric.DIMENSIONS_MOVED)).isEqualTo(2 / 8.0);

    StabilityReport rotated = report(before, Spaces.rotated(before, 3));
    assertThat(rotated.value(EmbeddingMetric.DIMENSIONS_MOVED)).isGreaterThan(0.7);
    assertThat(rotated.value(EmbeddingMetric.ALIGNED_DIMENSIONS_MOVED)).isZero();
    assertThat(rotated.value(EmbeddingMetric.ITEMS_MOVED)).isGreaterThan(0.7);
    assertThat(rotated.value(EmbeddingMetric.ALIGNED_ITEMS_MOVED)).isZero();
    assertThat(
            report(before, Spaces.truncated(before, 4))
                .reading(EmbeddingMetric.DIMENSIONS_MOVED)
                .gap())
        .isEqualTo(Gap.UNDEFINED);
  }
}
