package dev.runway.drift.embedding.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.Spaces;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Spaces that have no thousand items, all of which are compared. */
class SmallSpacesTest {
  private static final int ITEMS = 220;
  private static final int DIMENSIONS = 4;
  private static final double NOISE = 0.03;
  private static final float[][] TRUTH = Spaces.clustered(ITEMS, DIMENSIONS, 1);
  private static final float[][] BEFORE = Spaces.noisy(TRUTH, NOISE, 100);
  private static final float[][] AGAIN = Spaces.noisy(TRUTH, NOISE, 101);
  private static final float[][] AFTER = Spaces.noisy(TRUTH, NOISE, 102);
  private static final NoiseFloor FLOOR = NoiseFloor.find(report(BEFORE, AGAIN, 200));

  private static StabilityReport report(float[][] before, float[][] after, int least) {
    return StabilityMeasures.of(
        Spaces.statistics(before, after, 1_000),
        ItemCounts.OF_PAIRS,
        StabilityOptions.fromPairs(least));
  }

  private static Verdict judged(Consumption consumption, float[][] before, float[][] after) {
    return VerdictPolicy.judge(consumption, report(before, after, 200), FLOOR);
  }

  @Test
  void wholeSmallSpace_isJudgedWhereItsDocumentAllowsIt() {
    assertThat(judged(Consumption.COORDINATES, BEFORE, AFTER))
        .isEqualTo(new Verdict(Consumption.COORDINATES, Compatibility.STABLE, Reason.AS_BASELINE));
    assertThat(judged(Consumption.COORDINATES, BEFORE, Spaces.rotated(AFTER, 5)))
        .isEqualTo(new Verdict(Consumption.COORDINATES, Compatibility.ROTATED, Reason.ROTATION));
    assertThat(judged(Consumption.SIMILARITY, BEFORE, Spaces.swapped(AFTER)))
        .isEqualTo(new Verdict(Consumption.SIMILARITY, Compatibility.BREAKING, Reason.NEIGHBOURS));
  }

  @Test
  void elsewhere_aThousandPairsAreNeeded() {
    assertThat(VerdictPolicy.judge(Consumption.SIMILARITY, report(BEFORE, AFTER, 1_000), FLOOR))
        .isEqualTo(
            new Verdict(Consumption.SIMILARITY, Compatibility.UNDECIDED, Reason.TOO_FEW_PAIRS));
  }

  /** Items come and go between trainings; an overlap among so few more or fewer is the same. */
  @Test
  void fewItemsFewerThanTheBaselinePairHas_areNoOtherSample() {
    assertThat(judged(Consumption.SIMILARITY, first(BEFORE, 205), first(AFTER, 205)))
        .isEqualTo(new Verdict(Consumption.SIMILARITY, Compatibility.STABLE, Reason.AS_BASELINE));
    NoiseFloor ofMore =
        NoiseFloor.find(report(Spaces.clustered(400, 4, 3), Spaces.clustered(400, 4, 3), 200));
    assertThat(VerdictPolicy.judge(Consumption.SIMILARITY, report(BEFORE, AFTER, 200), ofMore))
        .isEqualTo(
            new Verdict(Consumption.SIMILARITY, Compatibility.UNDECIDED, Reason.OTHER_SAMPLE));
  }

  private static float[][] first(float[][] vectors, int items) {
    return Arrays.copyOf(vectors, items);
  }
}
