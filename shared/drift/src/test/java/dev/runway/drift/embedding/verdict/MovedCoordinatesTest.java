package dev.runway.drift.embedding.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.Spaces;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import org.junit.jupiter.api.Test;

/**
 * Coordinates that moved while every item kept its neighbours and the mean cosine stayed high: a
 * model that reads them is broken, whoever looks for neighbours notices nothing.
 */
class MovedCoordinatesTest {
  private static final int ITEMS = 3_000;
  private static final int DIMENSIONS = 16;
  private static final double NOISE = 0.05;
  private static final float[][] TRUTH = Spaces.clustered(ITEMS, DIMENSIONS, 1);

  private static float[][] training(float[][] truth, long seed) {
    return Spaces.noisy(truth, NOISE, seed);
  }

  private static StabilityReport report(float[][] before, float[][] after) {
    return StabilityMeasures.of(
        Spaces.statistics(before, after, 2_000), ItemCounts.OF_PAIRS, StabilityOptions.standard());
  }

  private static void assertVerdicts(
      float[][] truth, float[][] moved, Compatibility coordinates, Reason reason) {
    float[][] before = training(truth, 100);
    NoiseFloor floor = NoiseFloor.find(report(before, training(truth, 101)));
    StabilityReport report = report(before, training(moved, 2));

    assertThat(report.value(EmbeddingMetric.RAW_COSINE)).isGreaterThan(0.9);
    assertThat(report.reading(EmbeddingMetric.RAW_COSINE_LOST).low()).isLessThan(0.05);
    assertThat(VerdictPolicy.judge(Consumption.COORDINATES, report, floor))
        .isEqualTo(new Verdict(Consumption.COORDINATES, coordinates, reason));
    assertThat(VerdictPolicy.judge(Consumption.SIMILARITY, report, floor).compatibility())
        .isIn(Compatibility.STABLE, Compatibility.MINOR);
    assertThat(
            VerdictPolicy.judge(Consumption.COORDINATES, report(before, training(truth, 3)), floor))
        .as("another training of the same")
        .isEqualTo(new Verdict(Consumption.COORDINATES, Compatibility.STABLE, Reason.AS_BASELINE));
  }

  /** All vectors point much the same way, as those of language models do. */
  private static float[][] withCommonMean(float[][] vectors) {
    return Spaces.mapped(
        vectors,
        vector -> {
          float[] result = vector.clone();
          for (int j = 0; j < result.length; j++) {
            result[j] += 4;
          }
          return result;
        });
  }

  /**
   * What tells items apart is rotated, and the mean that hides it stays where it is: no rotation
   * does both.
   */
  @Test
  void rotationUnderACommonMean_breaks() {
    assertVerdicts(
        withCommonMean(TRUTH),
        withCommonMean(Spaces.rotated(TRUTH, 7)),
        Compatibility.BREAKING,
        Reason.SOME_ITEMS);
  }

  /** Seven features of sixteen are reversed: one of weight in seven weighs little in a cosine. */
  @Test
  void weakDimensionsWithAnotherSign_areNoStableVersion() {
    float[][] weak = weakTail();
    float[][] mirrored =
        Spaces.mapped(
            weak,
            vector -> {
              float[] result = vector.clone();
              for (int j = 9; j < DIMENSIONS; j++) {
                result[j] = -result[j];
              }
              return result;
            });
    assertVerdicts(weak, mirrored, Compatibility.ROTATED, Reason.ROTATION);
  }

  private static float[][] weakTail() {
    return Spaces.mapped(
        TRUTH,
        vector -> {
          float[] result = vector.clone();
          for (int j = 9; j < DIMENSIONS; j++) {
            result[j] *= 0.3f;
          }
          return result;
        });
  }

  /** A cluster turned as a whole, by less than the sixty degrees that count as lost. */
  @Test
  void clusterThatTurned_breaks() {
    int[] turned = {0};
    float[][] after =
        Spaces.mapped(
            TRUTH,
            vector -> {
              if (vector[0] <= 1.5) {
                return vector;
              }
              turned[0]++;
              return turned(vector, Math.toRadians(55));
            });
    assertThat(turned[0] / (double) ITEMS).isBetween(0.08, 0.2);
    assertVerdicts(TRUTH, after, Compatibility.BREAKING, Reason.COORDINATES);
  }

  /** By an angle, in the plane of each two neighbouring dimensions. */
  private static float[] turned(float[] vector, double angle) {
    float[] result = vector.clone();
    for (int j = 0; j + 1 < vector.length; j += 2) {
      result[j] = (float) (Math.cos(angle) * vector[j] - Math.sin(angle) * vector[j + 1]);
      result[j + 1] = (float) (Math.sin(angle) * vector[j] + Math.cos(angle) * vector[j + 1]);
    }
    return result;
  }
}
