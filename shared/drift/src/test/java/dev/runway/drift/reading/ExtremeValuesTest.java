package dev.runway.drift.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.tile.Samples;
import dev.runway.drift.tile.TileLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no reading may hold comes of values near the end of what a double holds. */
class ExtremeValuesTest {
  private static final DriftScorer SCORER = new DriftScorer(DriftPolicy.standard());

  @ParameterizedTest
  @ValueSource(doubles = {1e39, 1e77, 1e154, 1e308, -Double.MAX_VALUE, Double.POSITIVE_INFINITY})
  void oneValueOfAWindow_leavesEveryNumberFinite(double extreme) throws Exception {
    FeatureDrift drift = score(evenly(2_000, 1e-3, 1), with(evenly(2_000, 1e-3, 2), extreme));

    assertFinite(drift);
    assertThat(drift.severity()).isEqualTo(Severity.NONE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e39, 1e77, 1e154, 1e308, -Double.MAX_VALUE, Double.POSITIVE_INFINITY})
  void oneValueOfTheReference_leavesEveryNumberFinite(double extreme) throws Exception {
    FeatureDrift drift = score(with(evenly(2_000, 1e-3, 1), extreme), evenly(2_000, 1e-3, 2));

    assertFinite(drift);
    assertThat(drift.severity()).isEqualTo(Severity.NONE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e40, 1e60, 1e80, 1e307})
  void valuesThatNoFloatHolds_areJudgedAllTheSame(double scale) throws Exception {
    FeatureDrift drift = score(evenly(2_000, scale, 1), evenly(2_000, scale, 2));

    assertFinite(drift);
    assertThat(drift.reading("psi")).isPresent();
  }

  @Test
  void limitThatIsNotFinite_isNone() {
    double[] window = with(evenly(2_000, 1e-3, 2), Double.MAX_VALUE);
    TileLayout layout = TileLayout.of(profile(evenly(2_000, 1e-3, 1)), true);

    DriftReading w1 =
        SCORER
            .score(layout, Samples.tile(layout, Samples.numbers(window)))
            .features()
            .get(0)
            .reading("w1_norm")
            .orElseThrow();

    assertThat(w1.high()).isNull();
    assertThat(w1.low()).isZero();
  }

  private static FeatureDrift score(double[] reference, double[] window) throws Exception {
    BaselineProfile read = ProfileJson.read(ProfileJson.write(profile(reference)));
    TileLayout layout = TileLayout.of(read, true);
    return SCORER.score(layout, Samples.tile(layout, Samples.numbers(window))).features().get(0);
  }

  private static BaselineProfile profile(double[] reference) {
    List<RowWriter> rows = Samples.numbers(reference);
    return Samples.profile(
        List.of(Declared.numeric("x")), new ProfileOptions(10, 120, 200, 100), rows);
  }

  private static void assertFinite(FeatureDrift drift) {
    assertThat(drift.readings()).isNotEmpty();
    for (DriftReading reading : drift.readings()) {
      assertThat(
              Stream.<@Nullable Double>of(
                  reading.value(),
                  reading.low(),
                  reading.high(),
                  reading.se(),
                  reading.threshold(),
                  reading.p(),
                  reading.q()))
          .as(reading.metric())
          .allMatch(number -> number == null || Double.isFinite(number));
    }
  }

  private static double[] evenly(int size, double scale, long seed) {
    Random random = new Random(seed);
    return random.doubles(size).map(u -> scale * (u - 0.5)).toArray();
  }

  private static double[] with(double[] values, double last) {
    values[values.length - 1] = last;
    return values;
  }
}
