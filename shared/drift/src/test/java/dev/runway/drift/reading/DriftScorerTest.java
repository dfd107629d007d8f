package dev.runway.drift.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.distribution.SketchError;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.distribution.WeightedSample;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.reading.FeatureDrift.Status;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WindowProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.junit.jupiter.api.Test;

class DriftScorerTest {

  private static final DriftScorer SCORER = new DriftScorer(DriftPolicy.standard());
  private static final TileLayout MIXED = TileLayout.of(Samples.mixedProfile(), true);

  private static FeatureDrift feature(DriftReport report, String name) {
    return report.features().stream()
        .filter(f -> f.feature().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static DriftReport score(List<RowWriter> rows) {
    return SCORER.score(MIXED, Samples.tile(MIXED, rows));
  }

  private static List<RowWriter> changed(int rows, RowWriter change) {
    return Samples.mixed(rows, 9).stream()
        .map(
            row ->
                (RowWriter)
                    values -> {
                      row.writeTo(values);
                      change.writeTo(values);
                    })
        .toList();
  }

  @Test
  void sameLaw_raisesNothing() {
    DriftReport report = score(Samples.mixed(5000, 2));

    assertThat(report.severity()).isEqualTo(Severity.NONE);
    assertThat(report.scored()).isEqualTo(4);
    assertThat(feature(report, "amount").reading("psi").orElseThrow())
        .satisfies(
            psi -> {
              assertThat(psi.value()).isBetween(0.0, 0.02);
              assertThat(psi.method()).isEqualTo(DriftReading.EXACT);
              assertThat(psi.error()).isZero();
              assertThat(psi.n()).isLessThan(5000);
              assertThat(psi.threshold()).isBetween(0.10, 0.2);
              assertThat(psi.baselineId()).isEqualTo("profile-1");
            });
  }

  @Test
  void everyReading_ofAllKinds_isThere() {
    DriftReport report = score(Samples.mixed(5000, 2));

    assertThat(feature(report, "amount").readings())
        .extracting(DriftReading::metric)
        .containsExactly(
            "psi",
            "psi_debiased",
            "psi_with_null",
            "kl",
            "kl_ref_cur",
            "js",
            "hellinger",
            "tvd",
            "linf",
            "cramers_v",
            "chi_square",
            "g",
            "ks",
            "out_of_range",
            "mean",
            "stddev",
            "smd",
            "log_variance_ratio",
            "w1_norm",
            "w1_trimmed",
            "missing_change",
            "missing",
            "wrong_type",
            "infinite");
    assertThat(feature(report, "country").readings())
        .extracting(DriftReading::metric)
        .contains("new_category", "distinct");
  }

  /** A reference of 99.97 % "-1" hid a change to 34 % in bins by quantiles alone. */
  @Test
  void atom_thatLosesItsMass_isCritical() {
    Random random = new Random(4);
    DriftReport report =
        score(changed(3000, v -> v.number(1, random.nextInt(100) < 34 ? -1 : random.nextInt(90))));

    assertThat(report.flagged()).extracting(FeatureDrift::feature).contains("mostly_minus_one");
    assertThat(feature(report, "mostly_minus_one").severity()).isEqualTo(Severity.CRITICAL);
    assertThat(feature(report, "amount").severity()).isEqualTo(Severity.NONE);
  }

  @Test
  void secondsForMinutes_isCritical_withTheMeanToTell() {
    Random random = new Random(4);
    DriftReport report =
        score(changed(1000, v -> v.number(0, 60 * Math.exp(random.nextGaussian()))));
    FeatureDrift amount = feature(report, "amount");

    assertThat(amount.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(amount.reading("mean").orElseThrow().value()).isBetween(80.0, 120.0);
    assertThat(amount.reading("out_of_range").orElseThrow().severity())
        .isEqualTo(Severity.CRITICAL);
  }

  @Test
  void missingValues_areMissingAndNotDrift() {
    Random random = new Random(4);
    DriftReport report =
        score(
            changed(
                4000,
                v -> {
                  if (random.nextInt(3) == 0) {
                    v.number(0, Double.NaN);
                  }
                }));
    FeatureDrift amount = feature(report, "amount");

    assertThat(amount.reading("psi").orElseThrow().severity()).isEqualTo(Severity.NONE);
    assertThat(amount.reading("missing_change").orElseThrow().severity())
        .isEqualTo(Severity.CRITICAL);
  }

  /** Two points more missing among 600 rows come by chance now and then; one is tolerated. */
  @Test
  void fewMoreMissingValues_inASmallWindow_areNotMaterial() {
    for (int seed = 0; seed < 50; seed++) {
      DriftReport report = score(Samples.mixed(600, 1000 + seed));

      assertThat(feature(report, "amount").reading("missing_change").orElseThrow().severity())
          .isEqualTo(Severity.NONE);
    }
  }

  @Test
  void featureThatIsGone_isJudgedWithoutItsDistribution() {
    DriftReport report = score(changed(4000, v -> v.number(0, Double.NaN)));
    FeatureDrift amount = feature(report, "amount");

    assertThat(amount.status()).isEqualTo(Status.INSUFFICIENT_DATA);
    assertThat(amount.reading("psi")).isEmpty();
    assertThat(amount.severity()).isEqualTo(Severity.CRITICAL);
  }

  @Test
  void unseenWords_areNewCategories() {
    Random random = new Random(4);
    DriftReport report =
        score(
            changed(
                4000,
                v -> {
                  if (random.nextInt(20) == 0) {
                    v.category(2, "GB");
                  }
                }));
    DriftReading fresh = feature(report, "country").reading("new_category").orElseThrow();

    assertThat(fresh.severity()).isNotEqualTo(Severity.NONE);
    assertThat(fresh.low()).isLessThan(fresh.value());
  }

  /** One value of twenty is "N/A" for a number, and another something else than a boolean. */
  private static List<RowWriter> withWordsForNumbers(int rows, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int of20 = random.nextInt(20);
      double amount = random.nextGaussian();
      written.add(
          row -> {
            row.category(2, "DE");
            if (of20 == 0) {
              row.category(0, "N/A");
            } else {
              row.number(0, amount);
            }
            if (of20 == 1) {
              row.number(3, 1);
            } else {
              row.category(3, of20 == 2 ? "perhaps" : "true");
            }
          });
    }
    return written;
  }

  @Test
  void valuesOfAnotherType_asInTheReference_raiseNothing() {
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                Samples.MIXED,
                new ProfileOptions(10, 120, 0, 100),
                withWordsForNumbers(20_000, 31)),
            false);
    DriftReport report = SCORER.score(layout, Samples.tile(layout, withWordsForNumbers(5_000, 32)));

    assertThat(report.severity()).isEqualTo(Severity.NONE);
    assertThat(feature(report, "amount").reading("wrong_type").orElseThrow())
        .satisfies(
            reading -> {
              assertThat(reading.value()).isBetween(0.04, 0.06);
              assertThat(reading.threshold()).isBetween(0.045, 0.065);
            });
    assertThat(feature(report, "amount").reading("missing_change").orElseThrow().value()).isZero();
  }

  @Test
  void valuesOfAnotherType_thatTheReferenceHasNot_areFlagged() {
    DriftReport report = score(withWordsForNumbers(5_000, 32));

    assertThat(feature(report, "amount").reading("wrong_type").orElseThrow().severity())
        .isNotEqualTo(Severity.NONE);
    assertThat(feature(report, "returning").reading("wrong_type").orElseThrow().severity())
        .isNotEqualTo(Severity.NONE);
  }

  @Test
  void distanceOfSketches_saysItsMethodAndItsLimits() {
    DriftReading distance =
        feature(score(Samples.mixed(5000, 2)), "amount").reading("w1_norm").orElseThrow();

    assertThat(distance.method()).isEqualTo("KLL_200");
    assertThat(distance.error()).isPositive();
    assertThat(distance.low()).isEqualTo(Math.max(0, distance.value() - distance.error()));
    assertThat(distance.high()).isEqualTo(distance.value() + distance.error());
  }

  /** One value in five thousand is a thousand million, of which the distance is made otherwise. */
  @Test
  void trimmedDistance_isOfTheBulk() {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(5_000, 2));
    rows.addAll(Samples.numbers(1e9));
    FeatureDrift drift = feature(score(rows), "amount");
    DriftReading trimmed = drift.reading("w1_trimmed").orElseThrow();

    assertThat(trimmed.value()).isLessThan(0.3);
    assertThat(trimmed.method()).isEqualTo("KLL_200");
    assertThat(trimmed.low()).isEqualTo(Math.max(0, trimmed.value() - trimmed.error()));
    // Nobody knows what lies beyond the last rank but that it is as large as the largest at most.
    assertThat(trimmed.error()).isGreaterThan(1);
    assertThat(trimmed.severity()).isEqualTo(Severity.NONE);
  }

  /** Half of the values are gone, which of them by chance: no drift of what is there. */
  @Test
  void missingValues_areInThePsiWithNullAlone_andDecideNothingThere() {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(3_000, 2));
    for (int i = 0; i < 3_000; i++) {
      rows.add(row -> {});
    }
    Tile tile = Samples.tile(MIXED, rows);
    FeatureDrift drift = feature(score(rows), "amount");
    NumericProfile reference = (NumericProfile) MIXED.profile().features().get(0);
    long[] now = reference.fineEdges().fold(tile.counts(0), reference.edges());
    DriftReading with = drift.reading("psi_with_null").orElseThrow();

    assertThat(drift.reading("psi").orElseThrow().value()).isLessThan(0.05);
    assertThat(with.value())
        .isEqualTo(
            BinnedShares.of(
                    with(reference.counts(), reference.missing()),
                    with(now, tile.missing(0)),
                    Smoothing.JEFFREYS)
                .psi())
        .isGreaterThan(0.5);
    assertThat(with.n()).isEqualTo(6_000);
    assertThat(with.severity()).isEqualTo(Severity.NONE);
    assertThat(with.threshold()).isNull();
    assertThat(drift.reading("psi").orElseThrow().severity()).isEqualTo(Severity.NONE);
    assertThat(drift.reading("missing_change").orElseThrow().severity())
        .isEqualTo(Severity.CRITICAL);
  }

  private static long[] with(long[] counts, long more) {
    long[] all = Arrays.copyOf(counts, counts.length + 1);
    all[counts.length] = more;
    return all;
  }

  /** An infinite end was written as text, and the whole reading refused by whoever read it. */
  @Test
  void limitsBeyondAllDoubles_areNone() {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(1_000, 2));
    rows.addAll(Samples.numbers(1e308, -1e308));
    DriftReading distance = feature(score(rows), "amount").reading("w1_norm").orElseThrow();

    assertThat(distance.high()).isNull();
  }

  @Test
  void distinctWords_areExactInTheVocabulary_andElseHaveTheirInterval() {
    DriftReading known =
        feature(score(Samples.mixed(5000, 2)), "country").reading("distinct").orElseThrow();
    assertThat(known)
        .returns(5.0, DriftReading::value)
        .returns(0.0, DriftReading::error)
        .returns(DriftReading.EXACT, DriftReading::method);

    DriftReading unseen = distinct(3_000);
    assertThat(unseen.method()).isEqualTo(DriftReading.LINEAR_COUNTING);
    assertThat(unseen.se()).isBetween(100.0, 150.0);
    assertThat(3_000.0).isBetween(unseen.low(), unseen.high());

    DriftReading beyond = distinct(60_000);
    assertThat(beyond.low()).isBetween(7_000.0, 7_110.0);
    assertThat(beyond.high()).isNull();
    assertThat(beyond.se()).isNull();
  }

  private static DriftReading distinct(int words) {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(600, 2));
    for (int i = 0; i < words; i++) {
      String word = "word " + i;
      rows.add(row -> row.category(2, word));
    }
    return feature(score(rows), "country").reading("distinct").orElseThrow();
  }

  /** A hundred words of the vocabulary and two thousand that are rarer, as a long tail has them. */
  private static List<RowWriter> longTail(int rows, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      String word = "w" + (int) (2_100 * Math.pow(random.nextDouble(), 3));
      written.add(row -> row.category(0, word));
    }
    return written;
  }

  private static final TileLayout LONG_TAIL =
      TileLayout.of(
          Samples.profile(
              List.of(Declared.categorical("c")),
              new ProfileOptions(10, 120, 0, 100),
              longTail(50_000, 1)),
          false);

  private static FeatureDrift ofLongTail(List<RowWriter> rows) {
    return SCORER.score(LONG_TAIL, Samples.tile(LONG_TAIL, rows)).features().get(0);
  }

  @Test
  void rareWords_thatTheReferenceHad_areOtherAndNotNew() {
    FeatureDrift same = ofLongTail(longTail(4_000, 2));

    assertThat(same.severity()).isEqualTo(Severity.NONE);
    assertThat(same.reading("other").orElseThrow().value()).isBetween(0.3, 0.8);
    assertThat(same.reading("new_category").orElseThrow())
        .returns(DriftReading.WORD_FILTER, DriftReading::method)
        .satisfies(reading -> assertThat(reading.value()).isLessThan(0.005));
    assertThat(same.reading("distinct_ratio").orElseThrow().value()).isBetween(0.9, 1.1);
  }

  /**
   * A tenth of them are of three words that nobody knows; as one bin with OTHER they were hidden.
   */
  @Test
  void newWords_ofAnOpenVocabulary_areFlaggedAndNamed() {
    List<RowWriter> rows = new ArrayList<>(longTail(3_600, 2));
    for (int i = 0; i < 400; i++) {
      String word = i % 4 == 0 ? "brand\nnew" : i % 4 == 1 ? "fresh" : "unheard";
      rows.add(i * 9, row -> row.category(0, word));
    }
    FeatureDrift drift = ofLongTail(rows);
    DriftReading fresh = drift.reading("new_category").orElseThrow();

    assertThat(fresh.value()).isBetween(0.099, 0.105);
    assertThat(fresh.severity()).isEqualTo(Severity.CRITICAL);
    // Of a hundred new words it takes less than one for a known one.
    assertThat(fresh.error()).isBetween(1e-6, 0.01 * fresh.value());
    assertThat(fresh.detail())
        .startsWith("unheard ")
        .contains("fresh ", "brand?new ")
        .doesNotContain("missed");
    assertThat(drift.reading("psi").orElseThrow().severity()).isEqualTo(Severity.NONE);
  }

  /** Bits for four to a word: a new one is taken for known every seventh time, and may be all. */
  @Test
  void filterOfTooManyWords_saysWhatItMayHide() {
    Random random = new Random(8);
    List<RowWriter> reference = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      String word = "w" + (i < 15_000 ? i : random.nextInt(100));
      reference.add(row -> row.category(0, word));
    }
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("c")), new ProfileOptions(10, 120, 0, 100), reference),
            false);
    FeatureDrift drift =
        SCORER.score(layout, Samples.tile(layout, reference.subList(0, 20_000))).features().get(0);
    DriftReading fresh = drift.reading("new_category").orElseThrow();

    // None of them is new, and that is no proof.
    assertThat(fresh.value()).isZero();
    assertThat(fresh.error()).isEqualTo(drift.reading("other").orElseThrow().value()).isPositive();
    assertThat(fresh.detail()).matches("1?[0-9] % of new words are missed");
  }

  @Test
  void newWords_ofACompleteVocabulary_areNamedWithTheirCounts() {
    List<RowWriter> rows = new ArrayList<>(Samples.mixed(900, 2));
    for (int i = 0; i < 100; i++) {
      String word = i < 70 ? "AT" : "CH";
      rows.add(row -> row.category(2, word));
    }

    assertThat(feature(score(rows), "country").reading("new_category").orElseThrow().detail())
        .isEqualTo("AT 70, CH 30");
  }

  /** Profiles of before the filter: nobody knows what is new to them. */
  @Test
  void openVocabulary_withoutFilter_hasNoNewWords() {
    CategoricalProfile known = (CategoricalProfile) LONG_TAIL.profile().features().get(0);
    CategoricalProfile before =
        new CategoricalProfile(
            known.name(),
            known.kind(),
            0,
            0,
            known.words(),
            known.counts(),
            known.other(),
            true,
            known.singletons(),
            known.dispersion());
    TileLayout layout =
        TileLayout.of(
            BaselineProfile.of(Samples.identity("b"), Precision.DOUBLE, List.of(before)), false);
    FeatureDrift drift =
        SCORER.score(layout, Samples.tile(layout, longTail(4_000, 2))).features().get(0);

    assertThat(drift.reading("new_category")).isEmpty();
    assertThat(drift.reading("distinct_ratio")).isEmpty();
    assertThat(drift.reading("other").orElseThrow().detail()).isNotBlank();
  }

  /** Their shares say it, in tests that know how shares scatter. */
  @Test
  void wordsThatCollapseToAFew_areToldByTheirNumber_andFlaggedByTheirShares() {
    List<RowWriter> rows = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 0; i < 4_000; i++) {
      String word = "w" + (int) (300 * random.nextDouble());
      rows.add(row -> row.category(0, word));
    }
    FeatureDrift drift = ofLongTail(rows);
    DriftReading ratio = drift.reading("distinct_ratio").orElseThrow();

    assertThat(ratio.value()).isBetween(0.15, 0.4);
    assertThat(ratio.high()).isLessThan(0.5);
    assertThat(ratio.threshold()).isNull();
    assertThat(ratio.severity()).isEqualTo(Severity.NONE);
    assertThat(drift.reading("psi").orElseThrow().severity()).isEqualTo(Severity.CRITICAL);
  }

  /** As the weekday of two days is, whose shares may scatter so. */
  @Test
  void fewWordsOfACompleteVocabulary_areNotFlaggedByTheirNumber() {
    TileLayout week =
        TileLayout.of(
            Samples.profile(
                List.of(Declared.categorical("day")), new ProfileOptions(10, 120, 0, 100), days(7)),
            false);
    FeatureDrift drift = SCORER.score(week, Samples.tile(week, days(2))).features().get(0);
    DriftReading ratio = drift.reading("distinct_ratio").orElseThrow();

    assertThat(ratio.value()).isLessThan(0.5);
    assertThat(ratio.threshold()).isNull();
    assertThat(ratio.severity()).isEqualTo(Severity.NONE);
  }

  private static List<RowWriter> days(int ofTheWeek) {
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 7_000; i++) {
      String day = "day-" + i % ofTheWeek;
      rows.add(row -> row.category(0, day));
    }
    return rows;
  }

  private static double[] withInfinite(int n, int everySo, long seed) {
    double[] values = gaussians(n, 0, 1, seed);
    for (int i = 0; i < n; i += everySo) {
      values[i] = i % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    return values;
  }

  @Test
  void infiniteValues_asInTheReference_raiseNothing() {
    TileLayout layout = TileLayout.of(numeric(withInfinite(20_000, 25, 1), "a"), false);
    FeatureDrift same =
        SCORER
            .score(layout, Samples.tile(layout, Samples.numbers(withInfinite(5_000, 25, 2))))
            .features()
            .get(0);

    assertThat(same.severity()).isEqualTo(Severity.NONE);
    assertThat(same.reading("infinite").orElseThrow().value()).isEqualTo(0.04);
    assertThat(same.reading("out_of_range").orElseThrow().value()).isLessThan(0.001);
  }

  @Test
  void infiniteValues_thatTheReferenceHasNot_areInfiniteAndNotOutOfRange() {
    TileLayout layout = TileLayout.of(numeric(gaussians(20_000, 0, 1, 1), "a"), false);
    FeatureDrift more =
        SCORER
            .score(layout, Samples.tile(layout, Samples.numbers(withInfinite(5_000, 25, 2))))
            .features()
            .get(0);

    assertThat(more.reading("infinite").orElseThrow().severity()).isNotEqualTo(Severity.NONE);
    assertThat(more.reading("out_of_range").orElseThrow().severity()).isEqualTo(Severity.NONE);
  }

  private static DriftReading reading(TileLayout layout, double[] values, String metric) {
    return SCORER
        .score(layout, Samples.tile(layout, Samples.numbers(values)))
        .features()
        .get(0)
        .reading(metric)
        .orElseThrow();
  }

  /** Heavier tails make a variance less sure, and the tails of the reference do not tell. */
  @Test
  void errorOfTheVariance_isThatOfTheTailsOfNow() {
    TileLayout layout = TileLayout.of(numeric(gaussians(20_000, 0, 1, 1), "a"), false);
    Random random = new Random(8);
    int n = 2_000;
    double[] seen = new double[400];
    double[] errors = new double[seen.length];
    for (int i = 0; i < seen.length; i++) {
      double[] laplace = new double[n];
      Arrays.setAll(
          laplace, j -> (random.nextBoolean() ? 1 : -1) * -Math.log(1 - random.nextDouble()));
      DriftReading ratio = reading(layout, laplace, "log_variance_ratio");
      seen[i] = ratio.value();
      errors[i] = ratio.se();
    }

    double mean = Arrays.stream(seen).average().orElseThrow();
    double sd =
        Math.sqrt(Arrays.stream(seen).map(x -> (x - mean) * (x - mean)).sum() / seen.length);
    double ofReference = Math.sqrt(2.0 / n);
    assertThat(Arrays.stream(errors).average().orElseThrow()).isBetween(0.85 * sd, 1.15 * sd);
    assertThat(ofReference).isLessThan(0.75 * sd);
  }

  /** A provisional baseline knows no fourth powers; taken for 0 they made the error 0. */
  @Test
  void errorOfTheVariance_isKnown_whereTheBaselineHasNoFourthPowers() {
    BaselineProfile training = numeric(gaussians(20_000, 0, 1, 1), "a");
    TileLayout by = TileLayout.of(training, true);
    Tile live = Samples.tile(by, Samples.numbers(gaussians(5_000, 0, 1, 2)));
    BaselineProfile provisional =
        WindowProfile.provisional(
            Samples.identity("b"), by, live, new ProfileOptions(10, 120, 200, 100));

    assertThat(((NumericProfile) provisional.features().get(0)).moments().kurtosisExcess()).isNaN();
    DriftReading ratio =
        reading(TileLayout.of(provisional, false), gaussians(2_000, 0, 1, 3), "log_variance_ratio");
    assertThat(ratio.se()).isBetween(0.033, 0.043);
  }

  /**
   * Twenty predictions of each user, who resembles himself: the mean scatters as his design says.
   */
  @Test
  void errorOfTheMean_knowsHowMuchMoreItScatters() {
    BaselineProfile plain = numeric(gaussians(20_000, 0, 1, 1), "a");
    BaselineProfile clustered =
        plain.calibrated("c", List.of(new Overdispersion(Overdispersion.MIN_WINDOWS, 4 * 20.0)));
    double[] values = gaussians(2_000, 0, 1, 3);

    // What it says of the spread is not in the error of the mean.
    for (BaselineProfile each : List.of(plain, clustered)) {
      DriftReading spread = reading(TileLayout.of(each, false), values, "stddev");
      assertThat(spread.value()).isBetween(0.95, 1.05);
      assertThat(spread.se())
          .isCloseTo(
              Math.sqrt(each.features().get(0).dispersion().factor() / 4_000), within(0.002));
    }
    double alone = reading(TileLayout.of(plain, false), values, "mean").se();
    assertThat(reading(TileLayout.of(clustered, false), values, "mean").se())
        .isCloseTo(2 * alone, within(1e-9));
    assertThat(reading(TileLayout.of(clustered, false), values, "chi_square").p())
        .isGreaterThan(reading(TileLayout.of(plain, false), values, "chi_square").p());
  }

  @Test
  void distances_haveErrorsAndLimits() {
    TileLayout layout = TileLayout.of(numeric(gaussians(20_000, 0, 1, 1), "a"), false);
    double[] shifted = gaussians(2_000, 0.4, 1, 3);

    for (String metric : List.of("tvd", "linf", "cramers_v", "ks")) {
      DriftReading reading = reading(layout, shifted, metric);
      assertThat(reading.se()).as(metric).isBetween(0.003, 0.02);
      assertThat(reading.low()).as(metric).isBetween(0.0, reading.value());
      assertThat(reading.high()).as(metric).isGreaterThan(reading.value());
    }
    assertThat(reading(layout, shifted, "ks").error()).isBetween(0.005, 0.02);
  }

  @Test
  void eightRows_giveNoNumber() {
    DriftReport report = score(Samples.mixed(8, 2));

    assertThat(report.scored()).isZero();
    assertThat(report.features())
        .allSatisfy(
            feature -> {
              assertThat(feature.status()).isEqualTo(Status.INSUFFICIENT_DATA);
              assertThat(feature.readings()).isEmpty();
            });
  }

  @Test
  void tileOfAnotherProfile_isRefusedUnlessItsLayoutComesAlong() {
    TileLayout other =
        TileLayout.of(
            Samples.profile(
                Samples.MIXED, new ProfileOptions(20, 100, 0, 50), Samples.mixed(5000, 77)),
            false);
    Tile tile = Samples.tile(other, Samples.mixed(20_000, 3));

    assertThatThrownBy(() -> SCORER.score(MIXED, tile))
        .isInstanceOf(IllegalArgumentException.class);
    DriftReport report = SCORER.score(MIXED.profile(), tile, other);
    assertThat(report.severity()).isEqualTo(Severity.NONE);
    assertThat(feature(report, "amount").reading("psi").orElseThrow().method())
        .isEqualTo(DriftReading.FINE_BINS);
    assertThat(feature(report, "returning").reading("psi").orElseThrow().method())
        .isEqualTo(DriftReading.EXACT);
  }

  private static TileLayout words(List<RowWriter> rows, int vocabulary, String id) {
    return TileLayout.of(
        ProfileBuilder.build(
            Samples.identity(id),
            Precision.DOUBLE,
            List.of(Declared.categorical("c")),
            new ProfileOptions(10, 120, 0, vocabulary),
            rows),
        false);
  }

  /**
   * Two training sets of one law differ in their rarest words: what one counts by name is among
   * others for the other one. Counted as none it looked like drift, with an error of 0.
   */
  @Test
  void rescoredAcrossOpenVocabularies_isExactInTheWordsOfBoth() {
    TileLayout counted = words(longTail(3_000, 1), 100, "a");
    TileLayout against = words(longTail(3_000, 2), 100, "b");
    List<String> own = ((CategoricalProfile) counted.profile().features().get(0)).words();
    List<String> theirs = ((CategoricalProfile) against.profile().features().get(0)).words();
    assertThat(own).doesNotContainSequence(theirs).isNotEqualTo(theirs);
    assertThat(own.containsAll(theirs)).isFalse();
    List<RowWriter> rows = longTail(20_000, 3);

    FeatureDrift drift =
        SCORER.score(against.profile(), Samples.tile(counted, rows), counted).features().get(0);
    DriftReading psi = drift.reading("psi").orElseThrow();
    FeatureDrift direct = SCORER.score(against, Samples.tile(against, rows)).features().get(0);

    assertThat(psi)
        .returns(DriftReading.COMMON_WORDS, DriftReading::method)
        .returns(0.0, DriftReading::error)
        .returns(Severity.NONE, DriftReading::severity);
    // Coarser bins have less of a PSI, never more.
    assertThat(psi.value()).isLessThan(direct.reading("psi").orElseThrow().value() + 0.005);
    assertThat(drift.reading("new_category")).isEmpty();
    assertThat(drift.reading("other")).isEmpty();
  }

  /** A word that A had 30 times among 3,000 others, and that is in B's vocabulary of two. */
  @Test
  void rescoredWord_thatTheTileCountedAmongOthers_isNotOneThatDidNotCome() {
    TileLayout counted = words(shares(5_000, "x", 0.6, "y", 0.37, "z", 0.03), 2, "a");
    TileLayout against = words(shares(5_000, "x", 0.6, "z", 0.37, "y", 0.03), 2, "b");
    List<RowWriter> rows = shares(4_000, "x", 0.6, "z", 0.37, "y", 0.03);

    FeatureDrift same =
        SCORER.score(against.profile(), Samples.tile(counted, rows), counted).features().get(0);
    FeatureDrift fewer =
        SCORER
            .score(
                against.profile(),
                Samples.tile(counted, shares(4_000, "x", 0.2, "z", 0.77, "y", 0.03)),
                counted)
            .features()
            .get(0);

    assertThat(same.severity()).isEqualTo(Severity.NONE);
    assertThat(fewer.reading("psi").orElseThrow())
        .returns(DriftReading.COMMON_WORDS, DriftReading::method)
        .returns(Severity.CRITICAL, DriftReading::severity);
  }

  /** Eight words outside of a vocabulary have a place each, so all words are known. */
  @Test
  void rescoredWords_thatTheTileNames_areExact() {
    TileLayout counted = words(shares(5_000, "x", 0.6, "y", 0.4, "z", 0), 100, "a");
    TileLayout against = words(shares(5_000, "x", 0.6, "z", 0.4, "y", 0), 100, "b");

    FeatureDrift drift =
        SCORER
            .score(
                against.profile(),
                Samples.tile(counted, shares(4_000, "x", 0.6, "z", 0.3, "y", 0.1)),
                counted)
            .features()
            .get(0);

    assertThat(drift.reading("psi").orElseThrow().method()).isEqualTo(DriftReading.EXACT);
    assertThat(drift.reading("new_category").orElseThrow().value()).isCloseTo(0.1, within(1e-9));
  }

  /** Rows in turn of three words with these shares. */
  private static List<RowWriter> shares(
      int rows, String a, double ofA, String b, double ofB, String c, double ofC) {
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double at = (i * 7919 % rows + 0.5) / rows;
      String word = at < ofA ? a : at < ofA + ofB ? b : c;
      written.add(row -> row.category(0, word));
    }
    assertThat(ofA + ofB + ofC).isCloseTo(1, within(1e-9));
    return written;
  }

  private static double[] gaussians(int n, double mean, double sd, long seed) {
    Random random = new Random(seed);
    return DoubleStream.generate(() -> mean + sd * random.nextGaussian()).limit(n).toArray();
  }

  private static BaselineProfile numeric(double[] values, String id) {
    return ProfileBuilder.build(
        Samples.identity(id),
        Precision.DOUBLE,
        List.of(Declared.numeric("x")),
        new ProfileOptions(10, 120, 0, 100),
        Samples.numbers(values));
  }

  private static double exactPsi(double[] reference, double[] current) {
    double[] sorted = reference.clone();
    Arrays.sort(sorted);
    Edges edges = Edges.quantiles(sorted, 10);
    return BinnedShares.of(edges.count(reference), edges.count(current), Smoothing.JEFFREYS).psi();
  }

  @Test
  void psiOfTiles_isThatOfTheValues() {
    double[] reference = gaussians(30_000, 0, 1, 1);
    TileLayout layout = TileLayout.of(numeric(reference, "a"), false);
    for (int i = 0; i < 10; i++) {
      double[] current = gaussians(2000 + 731 * i, 0.05 * i, 1 + 0.03 * i, 10 + i);
      Tile merged = layout.newTile();
      for (int from = 0; from < current.length; from += 500) {
        int to = Math.min(current.length, from + 500);
        merged.merge(Samples.tile(layout, Samples.numbers(Arrays.copyOfRange(current, from, to))));
      }
      double psi = value(SCORER.score(layout, merged), "psi");

      assertThat(psi).isEqualTo(exactPsi(reference, current));
    }
  }

  private static double value(DriftReport report, String metric) {
    return report.features().get(0).reading(metric).orElseThrow().value();
  }

  /** Counted for one baseline, compared with another, and off by no more than it says. */
  @Test
  void psiThroughFineBins_isWithinItsError() {
    TileLayout counted = TileLayout.of(numeric(gaussians(20_000, 0.3, 1.2, 5), "a"), false);
    double[] reference = gaussians(30_000, 0, 1, 1);
    BaselineProfile other = numeric(reference, "b");
    for (int i = 0; i < 10; i++) {
      double[] current = gaussians(10_000, 0.05 * i, 1 + 0.03 * i, 10 + i);
      DriftReport report =
          SCORER.score(other, Samples.tile(counted, Samples.numbers(current)), counted);
      DriftReading psi = report.features().get(0).reading("psi").orElseThrow();
      double off = Math.abs(psi.value() - exactPsi(reference, current));

      assertThat(psi.method()).isEqualTo(DriftReading.FINE_BINS);
      assertThat(off).isLessThanOrEqualTo(psi.error()).isLessThan(0.003);
    }
  }

  /** The fitted law for PSI of sketches holds in 99 of 100 cases; 200 here, so a few may miss. */
  @Test
  void psiThroughSketches_isWithinTheLawOfTheirError() {
    double[] reference = gaussians(30_000, 0, 1, 1);
    double[] sorted = reference.clone();
    Arrays.sort(sorted);
    Edges edges = Edges.quantiles(sorted, 10);
    long[] referenceCounts = edges.count(reference);
    for (int k : new int[] {200, 512}) {
      int outside = 0;
      for (int i = 0; i < 200; i++) {
        double[] current = gaussians(8000, 0.0025 * i, 1, 1000 + i);
        KllFloatsSketch sketch = KllFloatsSketch.newHeapInstance(k);
        for (double value : current) {
          sketch.update((float) value);
        }
        double psi =
            BinnedShares.of(
                    referenceCounts, WeightedSample.of(sketch).count(edges), Smoothing.JEFFREYS)
                .psi();
        double exact = exactPsi(reference, current);
        outside += Math.abs(psi - exact) > SketchError.psi(exact, 10, k) ? 1 : 0;
      }
      assertThat(outside).as("k = " + k).isLessThanOrEqualTo(8);
    }
  }

  @Test
  void ks_ofFineBins_isJustBelowThatOfTheValues() {
    double[] reference = gaussians(30_000, 0, 1, 1);
    double[] current = gaussians(5000, 0.2, 1, 2);
    TileLayout layout = TileLayout.of(numeric(reference, "a"), false);
    DriftReport report = SCORER.score(layout, Samples.tile(layout, Samples.numbers(current)));
    DriftReading ks = report.features().get(0).reading("ks").orElseThrow();
    double exact =
        WeightedSample.kolmogorovSmirnov(WeightedSample.of(reference), WeightedSample.of(current));

    assertThat(ks.value()).isBetween(exact - ks.error(), exact);
    assertThat(exact - ks.value()).isLessThan(0.003);
  }

  /** One drifted of a hundred features is found alone; without drift none is. */
  @Test
  void manyFeatures_oneDrifted_isTheOneFlagged() {
    int features = 100;
    List<Declared> declared = new ArrayList<>();
    for (int f = 0; f < features; f++) {
      declared.add(Declared.numeric("f" + f));
    }
    TileLayout layout =
        TileLayout.of(
            Samples.profile(
                declared, new ProfileOptions(10, 120, 0, 100), wide(5000, features, 0, 1)),
            false);
    for (int round = 0; round < 5; round++) {
      Tile calm = Samples.tile(layout, wide(1000, features, 0, 100 + round));
      Tile drifted = Samples.tile(layout, wide(1000, features, 0.6, 200 + round));

      assertThat(SCORER.score(layout, calm).flagged()).isEmpty();
      assertThat(SCORER.score(layout, drifted).flagged())
          .extracting(FeatureDrift::feature)
          .containsExactly("f7");
    }
  }

  private static List<RowWriter> wide(int rows, int features, double shift, long seed) {
    Random random = new Random(seed);
    List<RowWriter> written = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double[] values = DoubleStream.generate(random::nextGaussian).limit(features).toArray();
      values[7] += shift;
      written.add(
          row -> {
            for (int f = 0; f < features; f++) {
              row.number(f, values[f]);
            }
          });
    }
    return written;
  }

  @Test
  void previousWindow_asReference_isComparedExactly() {
    Tile before = Samples.tile(MIXED, Samples.mixed(4000, 21));
    Tile now = Samples.tile(MIXED, changed(4000, v -> v.number(1, 5)));
    BaselineProfile previous = WindowProfile.sameBins(Samples.identity("previous"), MIXED, before);
    DriftReport report = SCORER.score(previous, now, MIXED);

    assertThat(report.flagged())
        .extracting(FeatureDrift::feature)
        .containsExactly("mostly_minus_one");
    assertThat(feature(report, "amount").reading("psi").orElseThrow().method())
        .isEqualTo(DriftReading.EXACT);
    assertThat(feature(report, "amount").reading("ks")).isPresent();
  }

  /** Each event ten times over: ten times the scatter, and alarms of "any drift" without end. */
  @Test
  void calibration_onClusteredWindows_findsTheirScatter() {
    List<Overdispersion> dispersions =
        new ArrayList<>(Collections.nCopies(4, Overdispersion.UNKNOWN));
    for (int window = 0; window < 60; window++) {
      List<RowWriter> rows = Samples.mixed(200, 500 + window);
      Tile tile = Samples.tile(MIXED, rows);
      for (int copy = 1; copy < 10; copy++) {
        tile.merge(Samples.tile(MIXED, rows));
      }
      dispersions = SCORER.calibrate(MIXED, tile, dispersions);
    }

    assertThat(dispersions.get(0).windows()).isEqualTo(60);
    assertThat(dispersions.get(0).factor()).isBetween(8.0, 12.0);
    assertThat(dispersions.get(2).factor()).isBetween(7.0, 13.0);
  }

  @Test
  void provisionalProfile_ofLiveTiles_servesAsBaseline() {
    BaselineProfile blank =
        BaselineProfile.blank(Samples.identity("blank"), Precision.DOUBLE, Samples.MIXED);
    TileLayout cold = TileLayout.of(blank, true);
    Tile first = Samples.tile(cold, Samples.mixed(20_000, 1));
    assertThat(SCORER.score(cold, first).features())
        .allSatisfy(f -> assertThat(f.status()).isEqualTo(Status.NO_BASELINE));

    TileLayout warm =
        TileLayout.of(
            WindowProfile.provisional(
                Samples.identity("provisional"), cold, first, ProfileOptions.standard(4)),
            true);
    DriftReport same = SCORER.score(warm, Samples.tile(warm, Samples.mixed(5000, 2)));
    DriftReport drifted =
        SCORER.score(warm, Samples.tile(warm, changed(5000, v -> v.number(0, 3))));

    assertThat(same.severity()).isEqualTo(Severity.NONE);
    assertThat(same.scored()).isEqualTo(4);
    assertThat(feature(drifted, "amount").severity()).isEqualTo(Severity.CRITICAL);
    NumericProfile amount = (NumericProfile) warm.profile().features().get(0);
    assertThat(amount.edges().size()).isEqualTo(9);
  }
}
