package dev.runway.driftmonitor.provisional;

import static dev.runway.driftmonitor.provisional.ProvisionalHarness.START;
import static dev.runway.driftmonitor.provisional.ProvisionalHarness.WINDOW;
import static dev.runway.driftmonitor.provisional.ProvisionalHarness.position;
import static dev.runway.driftmonitor.provisional.ProvisionalHarness.prediction;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
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
    try (ProvisionalHarness harness = new ProvisionalHarness()) {
      for (SampledPrediction prediction : predictions) {
        harness.sampled(prediction);
      }
      harness.reaches(START + 3 * WINDOW);
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
