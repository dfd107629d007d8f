package dev.runway.driftmonitor.provisional;

import static dev.runway.driftmonitor.provisional.ProvisionalHarness.START;
import static dev.runway.driftmonitor.provisional.ProvisionalHarness.WINDOW;
import static dev.runway.driftmonitor.provisional.ProvisionalHarness.position;
import static dev.runway.driftmonitor.provisional.ProvisionalHarness.prediction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.Source;
import dev.runway.model.Baseline;
import dev.runway.model.FeatureSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProvisionalFunctionTest {

  /** Beyond all that a test plays. */
  private static final long LONG_AFTER = START + 100 * WINDOW;

  @Test
  void threeFullWindows_becomeABaselineWhenTheThirdEnds_andNotBefore() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions(0, 3, 500)) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 3 * WINDOW - 1);
      assertThat(harness.baselines()).isEmpty();

      harness.reaches(START + 3 * WINDOW);

      assertThat(harness.baselines()).hasSize(1);
      Baseline baseline = harness.baselines().get(0);
      assertThat(baseline)
          .returns("m", Baseline::modelId)
          .returns("1", Baseline::modelVersion)
          .returns(true, Baseline::provisional)
          .returns(START + 3 * WINDOW, Baseline::createdAtMillis)
          .returns(START, Baseline::dataStartMillis)
          .returns(START + 3 * WINDOW, Baseline::dataEndMillis);
      BaselineProfile profile = ProfileJson.read(baseline.profile());
      assertThat(profile)
          .returns(baseline.profileId(), BaselineProfile::id)
          .returns(Source.PROVISIONAL, BaselineProfile::source);
      assertThat(profile.features())
          .extracting(FeatureProfile::name)
          .containsExactly("flag", "number", "word");
      assertThat(profile.features())
          .extracting(FeatureProfile::kind)
          .containsExactly(FeatureKind.BOOLEAN, FeatureKind.NUMERIC, FeatureKind.CATEGORICAL);
    }
  }

  @Test
  void ofMorePredictions_thoseWithTheLowestPositionsAreTheSample() throws Exception {
    List<SampledPrediction> all = predictions(0, 3, 3_000);
    List<SampledPrediction> lowest =
        all.stream()
            .sorted(Comparator.comparingLong(SampledPrediction::position))
            .limit(1_000)
            .toList();

    NumericProfile number = (NumericProfile) made(all).features().get(1);

    assertThat(number.n()).isEqualTo(1_000);
    double sum = 0;
    for (SampledPrediction prediction : lowest) {
      sum += number(prediction);
    }
    assertThat(number.moments().mean()).isCloseTo(sum / 1_000, within(1e-9));
  }

  private static double number(SampledPrediction prediction) {
    double[] found = new double[1];
    SampledFeatures.read(
        prediction.features(),
        new FeatureSink() {
          @Override
          public void number(String name, double value) {
            found[0] = value;
          }

          @Override
          public void category(String name, String value) {}

          @Override
          public void missing(String name) {}
        });
    return found[0];
  }

  @Test
  void anyOrder_repeats_andARestart_giveTheSameBytes() throws Exception {
    List<SampledPrediction> all = predictions(0, 3, 2_000);
    byte[] expected = ProfileJson.write(made(all));

    List<SampledPrediction> shuffled = new ArrayList<>(all);
    shuffled.addAll(all.subList(100, 900));
    Collections.shuffle(shuffled, new Random(5));
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (int i = 0; i < shuffled.size(); i++) {
        harness.sampled(shuffled.get(i));
        if (i == 2_500) {
          harness.restart();
        }
      }
      harness.reaches(START + 3 * WINDOW);

      assertThat(harness.baselines())
          .singleElement()
          .satisfies(baseline -> assertThat(baseline.profile()).isEqualTo(expected));
    }
  }

  /** What came behind its window was in the sample or not, as the watermark happened to go. */
  @Test
  void lateOnes_beforeOrBehindAnyWatermarkWithinTheLateness_giveTheSameBytes() throws Exception {
    Duration lateness = Duration.ofHours(1);
    List<SampledPrediction> all = predictions(0, 12, 500);
    byte[] expected = madeOf(all, lateness, START - 1, -1);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Map<SampledPrediction, Long> sentAt = new HashMap<>();
      for (SampledPrediction each : all) {
        long late = random.nextInt(10) == 0 ? random.nextInt((int) lateness.toMillis()) : 0;
        sentAt.put(each, each.predictedAtMillis() + late);
      }
      List<SampledPrediction> asSent = new ArrayList<>(all);
      asSent.sort(Comparator.comparing(sentAt::get));

      assertThat(madeOf(asSent, lateness, START, random.nextInt(asSent.size())))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  /** Watermarks follow the times that were sent first, if they shall be from a time on. */
  private static byte[] madeOf(
      List<SampledPrediction> predictions, Duration lateness, long watermark, int restartsAt)
      throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness(lateness)) {
      long highest = watermark;
      for (int i = 0; i < predictions.size(); i++) {
        if (i == restartsAt) {
          harness.restart();
        }
        harness.sampled(predictions.get(i));
        if (watermark >= START) {
          highest = Math.max(highest, predictions.get(i).predictedAtMillis());
          harness.reaches(highest);
        }
      }
      harness.reaches(LONG_AFTER);
      assertThat(harness.baselines()).hasSize(1);
      Baseline made = harness.baselines().get(0);
      assertThat(made)
          .returns(START, Baseline::dataStartMillis)
          .returns(START + 3 * WINDOW, Baseline::dataEndMillis)
          .returns(START + 3 * WINDOW + lateness.toMillis(), Baseline::createdAtMillis);
      return made.profile();
    }
  }

  @Test
  void windowsBehindThreeThatAreFull_areNotHeld() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness(Duration.ofHours(1))) {
      for (SampledPrediction prediction : predictions(0, 3, 500)) {
        harness.sampled(prediction);
      }
      int held = harness.entriesLeft();
      for (SampledPrediction prediction : predictions(3, 9, 500)) {
        harness.sampled(prediction);
      }
      assertThat(harness.entriesLeft()).isEqualTo(held);
    }
  }

  @Test
  void fewPredictions_areMadeDoWithAfterSixWindows() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions(0, 6, 90)) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 6 * WINDOW - 1);
      assertThat(harness.baselines()).isEmpty();

      harness.reaches(START + 6 * WINDOW);
      assertThat(harness.baselines())
          .singleElement()
          .satisfies(
              baseline ->
                  assertThat(ProfileJson.read(baseline.profile()).features())
                      .allMatch(feature -> feature.n() == 540));
    }
  }

  /** Models that are scored in batches: each window was forgotten before the next one ended. */
  @Test
  void onePartOnceInSixWindows_isEnough_whenSixWindowsAreOver() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions(0, 1, 800)) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 6 * WINDOW - 1);
      assertThat(harness.baselines()).isEmpty();

      harness.reaches(START + 6 * WINDOW);
      assertThat(harness.baselines()).hasSize(1);
    }
  }

  @Test
  void everySecondWindow_isEnough_whenSixWindowsAreOver() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (int window = 0; window < 6; window += 2) {
        for (SampledPrediction prediction : predictions(window, window + 1, 200)) {
          harness.sampled(prediction);
        }
        harness.reaches(START + (window + 1) * WINDOW);
      }
      assertThat(harness.baselines()).isEmpty();

      harness.reaches(START + 6 * WINDOW);
      assertThat(harness.baselines()).hasSize(1);
    }
  }

  /** Of a sample that could not be made into a baseline nothing holds the next ones down. */
  @Test
  void windowThatIsForgotten_holdsNoOtherDown() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      // 16 MB of some 130 predictions: too few to judge by.
      List<SampledPrediction> large = large(0, 400);
      for (SampledPrediction prediction : large) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 5 * WINDOW);
      harness.sampled(prediction(lowestId(), START + 5 * WINDOW, 1));
      harness.reaches(START + 6 * WINDOW + 1);
      assertThat(harness.baselines()).isEmpty();
      for (SampledPrediction prediction : predictions(6, 9, 500)) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 9 * WINDOW);

      assertThat(harness.baselines())
          .singleElement()
          .satisfies(
              baseline ->
                  assertThat(ProfileJson.read(baseline.profile()).features())
                      .allMatch(feature -> feature.n() == 1_000));
    }
  }

  /** An id that no threshold keeps out. */
  private static int lowestId() {
    return IntStream.range(1_000_000, 1_001_000)
        .boxed()
        .min(Comparator.comparingLong(ProvisionalHarness::position))
        .orElseThrow();
  }

  /** Predictions of one window with 130 KB each. */
  private static List<SampledPrediction> large(int window, int size) {
    List<SampledPrediction> predictions = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      SampledFeatures features = new SampledFeatures().begin();
      for (int f = 0; f < 6_000; f++) {
        features.number("feature" + f, i);
      }
      predictions.add(
          new SampledPrediction(
              ProvisionalHarness.KEY, START + window * WINDOW, position(i), features.toBytes()));
    }
    return predictions;
  }

  @Test
  void oneWordAmongNumbers_makesNoWordsOfThem() throws Exception {
    List<SampledPrediction> all = new ArrayList<>(predictions(0, 3, 300));
    SampledFeatures odd = new SampledFeatures().begin();
    odd.category("number", "N/A");
    odd.number("flag", 1);
    all.add(new SampledPrediction(ProvisionalHarness.KEY, START, position(999_999), odd.toBytes()));

    assertThat(made(all, 6).features())
        .filteredOn(feature -> !feature.name().equals("word"))
        .extracting(FeatureProfile::kind, FeatureProfile::n, FeatureProfile::mistyped)
        .containsExactly(
            tuple(FeatureKind.BOOLEAN, 900L, 1L), tuple(FeatureKind.NUMERIC, 900L, 1L));
  }

  @Test
  void valueThatNoMomentHolds_makesNoBaselineThatNobodyReads() throws Exception {
    List<SampledPrediction> all = new ArrayList<>(predictions(0, 3, 300));
    all.add(prediction(999_999, START, 1e300));

    NumericProfile number = (NumericProfile) made(all, 6).features().get(1);

    assertThat(number).returns(901L, NumericProfile::n).returns(1L, NumericProfile::infinite);
    assertThat(number.moments().n()).isEqualTo(900);
  }

  /** A prediction of floats and one of doubles must be the same to it. */
  @Test
  void floatsAndDoubles_giveTheSameBytes() throws Exception {
    List<SampledPrediction> doubles = new ArrayList<>();
    List<SampledPrediction> floats = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      double value = (i % 10) / 10.0;
      doubles.add(prediction(i, START, value));
      floats.add(prediction(i, START, (float) value));
    }

    assertThat(ProfileJson.write(made(floats, 6))).isEqualTo(ProfileJson.write(made(doubles, 6)));
  }

  @Test
  void tooFewPredictions_makeNone_andAreForgotten() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions(0, 20, 80)) {
        harness.sampled(prediction);
        harness.reaches(prediction.predictedAtMillis() - WINDOW);
      }
      harness.reaches(LONG_AFTER);

      assertThat(harness.baselines()).isEmpty();
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  @Test
  void afterABaseline_nothingIsLeftButItsTime_andStragglersStartNoOther() throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions(0, 3, 500)) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 3 * WINDOW);
      for (SampledPrediction prediction : predictions(3, 8, 500)) {
        harness.sampled(prediction);
      }
      harness.reaches(LONG_AFTER);

      assertThat(harness.baselines()).hasSize(1);
      assertThat(harness.entriesLeft()).isEqualTo(1);
    }
  }

  @Test
  void realBaselineThatCameMeanwhile_makesItNeedless() throws Exception {
    BaselineProfile real =
        BaselineProfile.blank(
            new Identity("real", "m", "1", START, Source.UPLOADED),
            Precision.DOUBLE,
            List.of(Declared.numeric("number")));
    try (ProvisionalHarness harness = new ProvisionalHarness(real)) {
      for (SampledPrediction prediction : predictions(0, 3, 500)) {
        harness.sampled(prediction);
      }
      harness.reaches(LONG_AFTER);

      assertThat(harness.baselines()).isEmpty();
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  @Test
  void namesWithoutEnd_areNoFeatures() throws Exception {
    List<SampledPrediction> all = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      SampledFeatures features = new SampledFeatures().begin();
      features.number("common", i % 7);
      features.number("name" + i, 1);
      features.category("*", "the model as a whole");
      all.add(
          new SampledPrediction(
              ProvisionalHarness.KEY, START + (i % 3) * WINDOW, position(i), features.toBytes()));
    }

    assertThat(made(all).features()).extracting(FeatureProfile::name).containsExactly("common");
  }

  private static BaselineProfile made(List<SampledPrediction> predictions) throws Exception {
    return made(predictions, 3);
  }

  private static BaselineProfile made(List<SampledPrediction> predictions, int windows)
      throws Exception {
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions) {
        harness.sampled(prediction);
      }
      harness.reaches(START + windows * WINDOW);
      assertThat(harness.baselines()).hasSize(1);
      return ProfileJson.read(harness.baselines().get(0).profile());
    }
  }

  /** Predictions of some windows, in order of time. */
  private static List<SampledPrediction> predictions(int from, int to, int perWindow) {
    Random random = new Random(from);
    List<SampledPrediction> predictions = new ArrayList<>();
    for (int window = from; window < to; window++) {
      for (int i = 0; i < perWindow; i++) {
        predictions.add(
            prediction(
                window * 100_000 + i,
                START + window * WINDOW + i * WINDOW / perWindow,
                random.nextGaussian()));
      }
    }
    return predictions;
  }
}
