package dev.runway.drift.embedding.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.Spaces;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.Verdict.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Items that one version has and the other has not. */
class CoverageTest {
  private static final int PAIRS = 2_000;
  private static final float[][] BEFORE = Spaces.clustered(PAIRS, 8, 1);
  private static final float[][] AFTER = Spaces.noisy(BEFORE, 0.01, 2);

  private static StabilityReport report(long before, long after) {
    return StabilityMeasures.of(
        Spaces.statistics(BEFORE, AFTER, PAIRS),
        new ItemCounts(before, after),
        StabilityOptions.standard());
  }

  private static Verdict judged(Consumption consumption, StabilityReport report) {
    NoiseFloor floor = NoiseFloor.find(report(PAIRS, PAIRS));
    return VerdictPolicy.judge(consumption, report, floor);
  }

  /** Eight of a hundred items have no vector any more: their consumers get nothing for them. */
  @ParameterizedTest
  @EnumSource(
      value = Consumption.class,
      names = {"COORDINATES", "SIMILARITY", "PREDICTION"})
  void itemsThatTheNewVersionLacks_doNotPass(Consumption consumption) {
    assertThat(judged(consumption, report(PAIRS * 100 / 92, PAIRS)))
        .isEqualTo(new Verdict(consumption, Compatibility.UNDECIDED, Reason.COVERAGE));
    assertThat(judged(consumption, report(PAIRS * 100 / 97, PAIRS)))
        .isEqualTo(new Verdict(consumption, Compatibility.MINOR, Reason.COVERAGE));
    assertThat(judged(consumption, report(PAIRS * 1_000 / 995, PAIRS)))
        .isEqualTo(new Verdict(consumption, Compatibility.STABLE, Reason.AS_BASELINE));
  }

  /** Who reads the version before asks for none of them. */
  @ParameterizedTest
  @EnumSource(
      value = Consumption.class,
      names = {"COORDINATES", "SIMILARITY", "PREDICTION"})
  void newItems_passUpToATenth(Consumption consumption) {
    assertThat(judged(consumption, report(PAIRS, PAIRS * 10 / 9)))
        .isEqualTo(new Verdict(consumption, Compatibility.STABLE, Reason.AS_BASELINE));
    assertThat(judged(consumption, report(PAIRS, PAIRS * 10 / 9 + 1)))
        .isEqualTo(new Verdict(consumption, Compatibility.UNDECIDED, Reason.COVERAGE));
  }

  @Test
  void baselinePairThatLacksItems_isNoFloor_andWithoutOneNothingIsMinor() {
    assertThat(NoiseFloor.find(report(PAIRS * 100 / 92, PAIRS))).isNull();
    assertThat(VerdictPolicy.judgeWithoutFloor(report(PAIRS * 100 / 97, PAIRS)))
        .contains(new Verdict(Consumption.SIMILARITY, Compatibility.UNDECIDED, Reason.NO_FLOOR));
  }
}
