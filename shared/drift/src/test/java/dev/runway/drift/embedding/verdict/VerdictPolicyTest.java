package dev.runway.drift.embedding.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.embedding.Spaces;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every case is a change made on purpose, so what is right is known. */
class VerdictPolicyTest {

  private static final int ITEMS = 3_000;
  private static final int DIMENSIONS = 16;
  private static final double NOISE = 0.05;

  /** What the encoder learned; a training adds its noise. */
  private static final float[][] TRUTH = Spaces.clustered(ITEMS, DIMENSIONS, 1);

  private static final float[][] BEFORE = training(100);
  private static final NoiseFloor FLOOR = NoiseFloor.of(report(BEFORE, training(101)));

  private static float[][] training(long seed) {
    return Spaces.noisy(TRUTH, NOISE, seed);
  }

  private static StabilityReport report(float[][] before, float[][] after) {
    return StabilityMeasures.of(
        Spaces.statistics(before, after, 2_000), StabilityOptions.standard());
  }

  private static void assertVerdict(
      float[][] after, Consumption consumption, Compatibility compatibility, Reason reason) {
    assertVerdict(report(BEFORE, after), FLOOR, consumption, compatibility, reason);
  }

  private static void assertVerdict(
      StabilityReport report,
      NoiseFloor floor,
      Consumption consumption,
      Compatibility compatibility,
      Reason reason) {
    assertThat(VerdictPolicy.standard().judge(consumption, report, floor))
        .isEqualTo(new Verdict(consumption, compatibility, reason));
    assertThat(VerdictPolicy.standard().judge(report, floor))
        .contains(new Verdict(Consumption.DATA_ONLY, Compatibility.STABLE, Reason.NOT_USED));
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5, 6})
  void anotherTraining_isStable(long seed) {
    float[][] after = training(seed);
    assertVerdict(after, Consumption.COORDINATES, Compatibility.STABLE, Reason.AS_BASELINE);
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);
    assertVerdict(after, Consumption.PREDICTION, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5, 6})
  void rotation_isRotatedForCoordinatesOnly(long seed) {
    float[][] after = Spaces.rotated(training(seed), seed);
    assertVerdict(after, Consumption.COORDINATES, Compatibility.ROTATED, Reason.ROTATION);
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);
    assertVerdict(after, Consumption.PREDICTION, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  @Test
  void pureRotation_isRotatedEvenByTheStrictestFloor() {
    StabilityReport report = report(BEFORE, Spaces.rotated(BEFORE, 7));
    NoiseFloor ideal = NoiseFloor.ideal();
    assertVerdict(report, ideal, Consumption.COORDINATES, Compatibility.ROTATED, Reason.ROTATION);
    assertVerdict(report, ideal, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  /** The distribution of the vectors is the same, so no measure of drift sees it. */
  @Test
  void swappedRows_areBreaking() {
    float[][] after = Spaces.swapped(training(2));
    assertVerdict(after, Consumption.COORDINATES, Compatibility.BREAKING, Reason.NEIGHBOURS);
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NEIGHBOURS);
    assertVerdict(after, Consumption.PREDICTION, Compatibility.BREAKING, Reason.NEIGHBOURS);
  }

  @Test
  void fewerDimensions_areBreakingForCoordinates_otherwiseWhatTheirNeighboursAre() {
    float[][] little = Spaces.truncated(training(2), 15);
    assertVerdict(little, Consumption.COORDINATES, Compatibility.BREAKING, Reason.DIMENSIONS);
    assertVerdict(little, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);
    float[][] much = Spaces.truncated(training(2), 6);
    assertVerdict(much, Consumption.COORDINATES, Compatibility.BREAKING, Reason.DIMENSIONS);
    assertVerdict(much, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NORMS);
  }

  @Test
  void moreNoise_isMinorAndThenBreaking() {
    float[][] some = Spaces.noisy(TRUTH, 3 * NOISE, 2);
    assertVerdict(some, Consumption.SIMILARITY, Compatibility.MINOR, Reason.NEIGHBOURS);
    assertVerdict(some, Consumption.COORDINATES, Compatibility.MINOR, Reason.NEIGHBOURS);
    float[][] much = Spaces.noisy(TRUTH, 10 * NOISE, 2);
    assertVerdict(much, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NEIGHBOURS);
  }

  @Test
  void longerVectors_breakWhoReadsLengths() {
    float[][] after = Spaces.scaled(training(2), 1.5f);
    assertVerdict(after, Consumption.COORDINATES, Compatibility.BREAKING, Reason.NORMS);
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NORMS);
    assertVerdict(after, Consumption.PREDICTION, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  /** Each dimension stretched by another factor: neighbours hold, and no rotation helps. */
  @Test
  void coordinatesThatNoRotationBringsBack_areBreaking() {
    VerdictPolicy lenient = new VerdictPolicy(0.5, 0.3, 0.5, 0.99, 0.99, 0.5, 2, 0.01);
    float[][] after =
        Spaces.mapped(
            training(2),
            vector -> {
              float[] result = vector.clone();
              for (int j = 0; j < result.length; j++) {
                result[j] *= j % 2 == 0 ? 1.5f : 0.6f;
              }
              return result;
            });
    StabilityReport report = report(BEFORE, after);

    assertThat(lenient.judge(Consumption.COORDINATES, report, FLOOR).reason())
        .isEqualTo(Reason.COORDINATES);
    assertThat(lenient.judge(Consumption.SIMILARITY, report, FLOOR).compatibility())
        .isNotEqualTo(Compatibility.BREAKING);
  }

  @Test
  void dimensionThatDied_isMinorForCoordinates() {
    float[][] wide = Spaces.mapped(BEFORE, vector -> Arrays.copyOf(vector, DIMENSIONS + 1));
    for (int i = 0; i < ITEMS; i++) {
      wide[i][DIMENSIONS] = i % 2 == 0 ? 0.01f : -0.01f;
    }
    StabilityReport report = report(wide, Spaces.blanked(wide, DIMENSIONS));

    assertVerdict(
        report,
        NoiseFloor.ideal(),
        Consumption.COORDINATES,
        Compatibility.MINOR,
        Reason.DEAD_DIMENSIONS);
    assertVerdict(
        report,
        NoiseFloor.ideal(),
        Consumption.SIMILARITY,
        Compatibility.STABLE,
        Reason.AS_BASELINE);
  }

  @Test
  void vectorsThatBecameNoNumbers_areBreaking() {
    float[][] after = training(2);
    for (int i = 0; i < ITEMS; i += 20) {
      after[i][3] = Float.NaN;
    }
    assertVerdict(after, Consumption.COORDINATES, Compatibility.BREAKING, Reason.UNUSABLE_VECTORS);
    assertVerdict(after, Consumption.PREDICTION, Compatibility.BREAKING, Reason.UNUSABLE_VECTORS);

    float[][] before = Spaces.mapped(BEFORE, float[]::clone);
    for (int i = 0; i < ITEMS; i += 20) {
      before[i][3] = Float.NaN;
    }
    assertVerdict(
        report(before, training(2)),
        FLOOR,
        Consumption.COORDINATES,
        Compatibility.STABLE,
        Reason.AS_BASELINE);
  }

  @Test
  void vectorsThatBecameAllTheSame_areBreaking() {
    float[][] after = Spaces.mapped(BEFORE, vector -> BEFORE[0]);
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NO_SPREAD);
    assertVerdict(
        report(after, after),
        FLOOR,
        Consumption.SIMILARITY,
        Compatibility.UNDECIDED,
        Reason.NO_SPREAD);
  }

  @Test
  void fewPairs_areUndecided_howeverBadTheyLook() {
    float[][] before = Arrays.copyOf(BEFORE, 900);
    StabilityReport report = report(before, Spaces.swapped(Spaces.scaled(before, 3)));
    for (Consumption consumption :
        new Consumption[] {
          Consumption.COORDINATES, Consumption.SIMILARITY, Consumption.PREDICTION
        }) {
      assertVerdict(
          report, NoiseFloor.ideal(), consumption, Compatibility.UNDECIDED, Reason.TOO_FEW_PAIRS);
    }
  }

  /** Whether a rotation brings coordinates back takes 40 pairs a dimension. */
  @Test
  void movedCoordinatesOfTooFewPairsForARotation_areUndecided() {
    float[][] wide = Spaces.clustered(1_500, 64, 3);
    StabilityReport report = report(wide, Spaces.rotated(wide, 4));
    NoiseFloor ideal = NoiseFloor.ideal();
    assertVerdict(
        report, ideal, Consumption.COORDINATES, Compatibility.UNDECIDED, Reason.TOO_FEW_PAIRS);
    assertVerdict(report, ideal, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);
    assertVerdict(
        report(wide, wide),
        ideal,
        Consumption.COORDINATES,
        Compatibility.STABLE,
        Reason.AS_BASELINE);
  }

  @Test
  void overlapAmongAnotherNumberOfItems_isNotCompared() {
    float[][] before = Arrays.copyOf(BEFORE, 1_500);
    assertVerdict(
        report(before, Arrays.copyOf(training(2), 1_500)),
        FLOOR,
        Consumption.SIMILARITY,
        Compatibility.UNDECIDED,
        Reason.OTHER_SAMPLE);
  }

  @Test
  void floorOfTooFewPairs_isRefused() {
    float[][] few = Arrays.copyOf(BEFORE, 500);
    assertThatThrownBy(() -> NoiseFloor.of(report(few, few)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no knn_overlap: TOO_FEW_PAIRS of 500 pairs");
  }

  @Test
  void pairWithTooFewItemsOrTooLittleInCommon_isNoFloor() {
    assertThat(NoiseFloor.find(report(BEFORE, training(101)))).isEqualTo(FLOOR);
    assertThat(NoiseFloor.find(report(BEFORE, Spaces.swapped(BEFORE)))).isNull();
    float[][] few = Arrays.copyOf(BEFORE, 999);
    assertThat(NoiseFloor.find(report(few, Arrays.copyOf(training(101), 999)))).isNull();
  }

  @Test
  void withoutFloor_onlyWhatNoNoiseExplainsIsDecided() {
    assertThat(withoutFloor(training(2)))
        .containsExactly(
            new Verdict(Consumption.COORDINATES, Compatibility.UNDECIDED, Reason.NO_FLOOR),
            new Verdict(Consumption.SIMILARITY, Compatibility.UNDECIDED, Reason.NO_FLOOR),
            new Verdict(Consumption.PREDICTION, Compatibility.UNDECIDED, Reason.NO_FLOOR),
            new Verdict(Consumption.DATA_ONLY, Compatibility.STABLE, Reason.NOT_USED));
    assertThat(withoutFloor(Spaces.swapped(BEFORE)))
        .extracting(Verdict::reason)
        .containsExactly(Reason.NO_FLOOR, Reason.NO_FLOOR, Reason.NO_FLOOR, Reason.NOT_USED);
    assertThat(withoutFloor(Spaces.scaled(BEFORE, 2)))
        .contains(new Verdict(Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NORMS));
    assertThat(withoutFloor(Spaces.truncated(BEFORE, 8)))
        .contains(new Verdict(Consumption.COORDINATES, Compatibility.BREAKING, Reason.DIMENSIONS));
  }

  private static List<Verdict> withoutFloor(float[][] after) {
    return VerdictPolicy.standard().judgeWithoutFloor(report(BEFORE, after));
  }
}
