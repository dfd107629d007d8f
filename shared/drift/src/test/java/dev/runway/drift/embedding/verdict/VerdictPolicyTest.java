package dev.runway.drift.embedding.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.Spaces;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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
  private static final NoiseFloor FLOOR = NoiseFloor.find(report(BEFORE, training(101)));

  private static float[][] training(long seed) {
    return Spaces.noisy(TRUTH, NOISE, seed);
  }

  private static StabilityReport report(float[][] before, float[][] after) {
    return report(before, after, 0);
  }

  private static StabilityReport report(float[][] before, float[][] after, long items) {
    return StabilityMeasures.of(
        Spaces.statistics(before, after, 2_000),
        new ItemCounts(0, items),
        StabilityOptions.standard());
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
    assertThat(VerdictPolicy.judge(consumption, report, floor))
        .isEqualTo(new Verdict(consumption, compatibility, reason));
    assertThat(VerdictPolicy.judge(report, floor))
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

  /** Each dimension stretched by another factor: neighbours mostly hold, and no rotation helps. */
  @Test
  void coordinatesThatNoRotationBringsBack_areBreaking() {
    float[][] after =
        Spaces.mapped(
            training(2),
            vector -> {
              float[] result = vector.clone();
              for (int j = 0; j < result.length; j++) {
                result[j] *= j % 2 == 0 ? 1.5f : 0.5f;
              }
              return result;
            });
    NoiseFloor lenient = floor(0.5, 0.5, 0.5, 1);

    assertVerdict(
        report(BEFORE, after),
        lenient,
        Consumption.COORDINATES,
        Compatibility.BREAKING,
        Reason.COORDINATES);
    assertThat(
            VerdictPolicy.judge(Consumption.SIMILARITY, report(BEFORE, after), lenient)
                .compatibility())
        .isIn(Compatibility.STABLE, Compatibility.MINOR);
  }

  /** The floor of a noisy baseline pair. */
  private static NoiseFloor floor(double overlap, double cka, double cosine, double lost) {
    return new NoiseFloor(2_000, 10, overlap, cka, cosine, 0.5, lost, lost, lost, lost, lost);
  }

  /** A tenth of the ids are mixed up: what is left of every mean is nearly as it was. */
  @Test
  void someIdsSwapped_doNotPass() {
    float[][] tenth = swapped(training(2), 10);
    assertVerdict(tenth, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.SOME_ITEMS);
    assertVerdict(tenth, Consumption.PREDICTION, Compatibility.BREAKING, Reason.SOME_ITEMS);
    assertVerdict(tenth, Consumption.COORDINATES, Compatibility.BREAKING, Reason.SOME_ITEMS);
    float[][] few = swapped(training(2), 30);
    assertVerdict(few, Consumption.SIMILARITY, Compatibility.MINOR, Reason.SOME_ITEMS);
  }

  /** One item in so many has another one's vector. */
  private static float[][] swapped(float[][] after, int oneOf) {
    for (int i = 0; i + oneOf < ITEMS; i += 2 * oneOf) {
      float[] vector = after[i];
      after[i] = after[i + oneOf];
      after[i + oneOf] = vector;
    }
    return after;
  }

  /** Their neighbours go with them, so only who reads coordinates or lengths is hurt. */
  @Test
  void clusterThatMoved_breaksWhoReadsCoordinates() {
    float[][] after = training(2);
    int moved = 0;
    for (int i = 0; i < ITEMS; i++) {
      if (TRUTH[i][0] > 1.5) {
        moved++;
        for (int j = 0; j < DIMENSIONS; j++) {
          after[i][j] = -after[i][j];
        }
      }
    }
    assertThat((double) moved / ITEMS).isBetween(0.08, 0.2);
    StabilityReport report = report(BEFORE, after);

    assertThat(VerdictPolicy.judge(Consumption.COORDINATES, report, FLOOR).compatibility())
        .isEqualTo(Compatibility.BREAKING);
  }

  @Test
  void someItemsThatBecameLonger_breakWhoReadsLengths() {
    float[][] after = training(2);
    for (int i = 0; i < ITEMS; i += 10) {
      after[i] = Spaces.scaled(new float[][] {after[i]}, 2)[0];
    }
    assertVerdict(after, Consumption.COORDINATES, Compatibility.BREAKING, Reason.SOME_ITEMS);
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.SOME_ITEMS);
    assertThat(
            VerdictPolicy.judge(Consumption.PREDICTION, report(BEFORE, after), FLOOR)
                .compatibility())
        .isIn(Compatibility.STABLE, Compatibility.MINOR);
  }

  /** Cosines and CKA are judged as they are: noise of the baseline pair excuses none of it. */
  @Test
  void noisyBaselinePair_doesNotExcuseLowCosines() {
    float[][] after = Spaces.noisy(BEFORE, 0.5, 2);
    StabilityReport report = report(BEFORE, after);
    NoiseFloor itself = floor(0.1, 0.6, 0.7, 1);

    assertVerdict(
        report, itself, Consumption.COORDINATES, Compatibility.BREAKING, Reason.COORDINATES);
    assertVerdict(report, itself, Consumption.SIMILARITY, Compatibility.MINOR, Reason.CKA);
  }

  /** A strong direction that all items had of old goes: their neighbours are much the same. */
  @Test
  void strongDirectionThatChanged_isSeenInTheEigenspace() {
    float[][] before = Spaces.mapped(BEFORE, vector -> Arrays.copyOf(vector, DIMENSIONS + 1));
    float[][] after = Spaces.mapped(training(2), vector -> Arrays.copyOf(vector, DIMENSIONS + 1));
    for (int i = 0; i < ITEMS; i++) {
      before[i][DIMENSIONS] = i % 2 == 0 ? 2.5f : -2.5f;
      after[i][DIMENSIONS] = i % 4 < 2 ? 2.5f : -2.5f;
    }
    NoiseFloor lenient = new NoiseFloor(2_000, 10, 0.05, 0.5, 0.5, 0, 1, 1, 1, 1, 1);

    assertVerdict(
        report(before, after),
        lenient,
        Consumption.SIMILARITY,
        Compatibility.BREAKING,
        Reason.EIGENSPACE);
  }

  @Test
  void itemsThatAreMostlyElsewhere_leaveItUndecided() {
    StabilityReport some = report(BEFORE, training(2), ITEMS * 10L / 9 + 1);
    for (Consumption consumption :
        List.of(Consumption.COORDINATES, Consumption.SIMILARITY, Consumption.PREDICTION)) {
      assertVerdict(some, FLOOR, consumption, Compatibility.UNDECIDED, Reason.COVERAGE);
    }
    assertVerdict(
        report(BEFORE, training(2), ITEMS * 10L / 9),
        FLOOR,
        Consumption.COORDINATES,
        Compatibility.STABLE,
        Reason.AS_BASELINE);
    assertThat(NoiseFloor.find(report(BEFORE, training(101), 2 * ITEMS))).isNull();
  }

  @Test
  void measuresThatFailed_leaveItUndecided() {
    StabilityReport report =
        StabilityMeasures.failed(
            Spaces.statistics(BEFORE, training(2), 2_000),
            ItemCounts.OF_PAIRS,
            StabilityOptions.standard());
    assertVerdict(report, FLOOR, Consumption.COORDINATES, Compatibility.UNDECIDED, Reason.FAILED);
    assertThat(VerdictPolicy.judgeWithoutFloor(report))
        .contains(
            new Verdict(Consumption.SIMILARITY, Compatibility.UNDECIDED, Reason.FAILED),
            new Verdict(Consumption.DATA_ONLY, Compatibility.STABLE, Reason.NOT_USED));
  }

  /** One feature of 40 is a constant now; of 17 it would be too much. */
  @Test
  void dimensionThatDied_isMinorForCoordinates_manyBreak() {
    StabilityReport one = report(withWeak(24), Spaces.blanked(withWeak(24), DIMENSIONS + 23));
    NoiseFloor ideal = NoiseFloor.ideal();

    assertVerdict(one, ideal, Consumption.COORDINATES, Compatibility.MINOR, Reason.DEAD_DIMENSIONS);
    assertVerdict(one, ideal, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);

    StabilityReport many = report(withWeak(24), Spaces.blanked(withWeak(24), DIMENSIONS + 12));
    assertVerdict(many, ideal, Consumption.COORDINATES, Compatibility.BREAKING, Reason.COORDINATES);
    assertVerdict(many, ideal, Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE);
  }

  /** The older version with so many dimensions more that hardly show in a cosine. */
  private static float[][] withWeak(int more) {
    float[][] wide = Spaces.mapped(BEFORE, vector -> Arrays.copyOf(vector, DIMENSIONS + more));
    Random random = new Random(8);
    for (float[] vector : wide) {
      for (int j = DIMENSIONS; j < vector.length; j++) {
        vector[j] = (float) (0.01 * random.nextGaussian());
      }
    }
    return wide;
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

  /** Neither kind alone is more than one point. */
  @Test
  void numbersAndZeros_areJudgedTogether() {
    float[][] after = training(2);
    for (int i = 0; i < ITEMS; i += 100) {
      after[i][3] = Float.NaN;
      after[i + 50] = new float[DIMENSIONS];
    }
    assertVerdict(after, Consumption.SIMILARITY, Compatibility.BREAKING, Reason.UNUSABLE_VECTORS);
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

  /** Eigenspaces and rotations take 40 pairs a dimension; lost neighbours are seen without. */
  @Test
  void tooFewPairsForAnEigenspace_areUndecidedUnlessTheNeighboursAreGone() {
    float[][] wide = Spaces.clustered(1_500, 64, 3);
    NoiseFloor ideal = NoiseFloor.ideal();
    for (Consumption consumption : List.of(Consumption.COORDINATES, Consumption.SIMILARITY)) {
      assertVerdict(
          report(wide, wide), ideal, consumption, Compatibility.UNDECIDED, Reason.TOO_FEW_PAIRS);
      assertVerdict(
          report(wide, Spaces.swapped(wide)),
          ideal,
          consumption,
          Compatibility.BREAKING,
          Reason.NEIGHBOURS);
    }
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
  void pairWithTooFewItemsOrTooLittleInCommon_isNoFloor() {
    assertThat(NoiseFloor.find(report(BEFORE, training(101)))).isEqualTo(FLOOR);
    assertThat(NoiseFloor.find(report(BEFORE, Spaces.swapped(BEFORE)))).isNull();
    assertThat(NoiseFloor.find(report(BEFORE, Spaces.noisy(BEFORE, 0.4, 3)))).isNull();
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
    return VerdictPolicy.judgeWithoutFloor(report(BEFORE, after));
  }
}
