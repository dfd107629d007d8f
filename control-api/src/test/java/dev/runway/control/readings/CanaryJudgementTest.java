package dev.runway.control.readings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.control.readings.CanaryJudgement.Arm;
import dev.runway.control.readings.CanaryJudgement.DecidedBy;
import dev.runway.control.readings.CanaryJudgement.Terms;
import dev.runway.control.readings.CanaryJudgement.Verdict;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CanaryJudgementTest {
  private static final Duration DAY = Duration.ofDays(1);

  private static Terms terms(@Nullable Long settleAt) {
    return new Terms(true, 0.1, 0.05, 1_000, DAY, settleAt);
  }

  private static Arm arm(long labels, double mean, double standardError) {
    return Arm.NONE.andPredictions(labels).and(labels, mean, standardError);
  }

  private static CanaryJudgement judge(Arm champion, Arm challenger, Terms terms) {
    return CanaryJudgement.of(champion, challenger, 0.25, 0.75, DAY, terms);
  }

  @Test
  void windows_addUpByTheirLabels() {
    Arm arm = Arm.NONE.and(100, 0.2, 0.02).and(300, 0.4, 0.01);

    assertThat(arm.mean()).isCloseTo((100 * 0.2 + 300 * 0.4) / 400, within(1e-12));
    // Standard errors 0.02 and 0.01, weighted by a quarter and three quarters.
    CanaryJudgement judgement = judge(arm, arm, terms(null));
    double variance = 2 * (Math.pow(0.25 * 0.02, 2) + Math.pow(0.75 * 0.01, 2));
    double tau2 = Math.pow(0.1 * arm.mean(), 2);
    double half =
        Math.sqrt(
            variance
                * (variance + tau2)
                / tau2
                * (Math.log((variance + tau2) / variance) + 2 * Math.log(20)));
    assertThat(judgement.high()).isCloseTo(half, within(1e-12));
    assertThat(judgement.low()).isCloseTo(-half, within(1e-12));
  }

  @Test
  void worse_isTakenBack_alsoWhereTheRuleWouldPromote() {
    CanaryJudgement judgement = judge(arm(3_000, 0.3, 0.004), arm(1_000, 0.4, 0.01), terms(100L));

    assertThat(judgement.verdict()).isEqualTo(Verdict.TAKE_BACK);
    assertThat(judgement.decidedBy()).isEqualTo(DecidedBy.TEST);
    assertThat(judgement.low()).isPositive();
  }

  /** Of a metric of which more is better, less is worse. */
  @Test
  void worse_isByTheDirectionOfTheMetric() {
    Terms more = new Terms(false, 0.1, 0.05, 1_000, DAY, null);

    assertThat(judge(arm(3_000, 0.4, 0.004), arm(1_000, 0.3, 0.004), more).verdict())
        .isEqualTo(Verdict.TAKE_BACK);
    assertThat(judge(arm(3_000, 0.3, 0.004), arm(1_000, 0.4, 0.004), more).verdict())
        .isEqualTo(Verdict.PROMOTE);
  }

  @Test
  void notWorse_isPromoted_onceItHasBeenTriedEnough() {
    Arm champion = arm(3_000, 0.3, 0.002);
    Arm challenger = arm(1_000, 0.295, 0.003);
    assertThat(judge(champion, challenger, terms(null)).verdict()).isEqualTo(Verdict.PROMOTE);

    CanaryJudgement early =
        CanaryJudgement.of(champion, challenger, 0.25, 0.75, DAY.minusHours(1), terms(null));
    assertThat(early.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(early.reason()).contains("was to be tried");
    assertThat(judge(arm(2_997, 0.3, 0.002), arm(999, 0.295, 0.003), terms(null)).verdict())
        .isEqualTo(Verdict.UNDECIDED);
    // Within the margin for certain, and a little worse by the estimate.
    assertThat(judge(champion, arm(1_000, 0.3001, 0.003), terms(null)).verdict())
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void fewLabels_decideNothing_untilTheRuleDoes() {
    Arm champion = arm(150, 0.3, 0.04);
    Arm challenger = arm(50, 0.35, 0.07);

    assertThat(judge(champion, challenger, terms(null)).verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(judge(champion, challenger, terms(51L)).verdict()).isEqualTo(Verdict.UNDECIDED);
    CanaryJudgement ruled = judge(champion, challenger, terms(50L));
    assertThat(ruled.verdict()).isEqualTo(Verdict.PROMOTE);
    assertThat(ruled.decidedBy()).isEqualTo(DecidedBy.RULE);
    CanaryJudgement tooFew = judge(arm(87, 0.3, 0.05), arm(29, 3.0, 0.1), terms(30L));
    assertThat(tooFew.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(tooFew.low()).isNaN();
  }

  @Test
  void wrongSplit_isInvalid_whateverTheMetricSays() {
    Arm champion = arm(3_000, 0.3, 0.002);
    CanaryJudgement judgement = judge(champion, arm(800, 0.1, 0.003), terms(100L));

    assertThat(judgement.verdict()).isEqualTo(Verdict.INVALID);
    assertThat(judgement.sampleRatioP()).isLessThan(0.001);
    assertThat(judge(champion, Arm.NONE, terms(100L)).verdict())
        .as("none of it came")
        .isEqualTo(Verdict.INVALID);
    assertThat(CanaryJudgement.of(champion, Arm.NONE, 0, 1, DAY, terms(100L)).verdict())
        .as("a share of 0 is no trial")
        .isEqualTo(Verdict.INVALID);
  }

  @Test
  void beforeTheFirstPrediction_nothingIsDecided() {
    CanaryJudgement judgement = judge(Arm.NONE, Arm.NONE, terms(30L));

    assertThat(judgement.verdict()).isEqualTo(Verdict.UNDECIDED);
    assertThat(judgement.sampleRatioP()).isNull();
    assertThat(judgement.difference()).isNaN();
  }

  /** Looked at after each of 40 windows, an equal version is taken back as rarely as it says. */
  @Test
  void equalVersion_isHardlyEverTakenBack_howeverOftenOneLooks() {
    int experiments = 400;
    Random random = new Random(7);
    int takenBack = 0;
    for (int i = 0; i < experiments; i++) {
      takenBack += lookAfterEachWindow(random, 0) ? 1 : 0;
    }
    // One side of an interval of 95 %: 2.5 % at most.
    assertThat(takenBack).isLessThanOrEqualTo(experiments / 40);

    int found = 0;
    for (int i = 0; i < 50; i++) {
      found += lookAfterEachWindow(random, 0.3) ? 1 : 0;
    }
    assertThat(found).isEqualTo(50);
  }

  /** Losses are drawn as of a model that is right in most cases: skewed, with a mean of 1. */
  private static boolean lookAfterEachWindow(Random random, double worse) {
    Arm champion = Arm.NONE;
    Arm challenger = Arm.NONE;
    for (int window = 0; window < 40; window++) {
      champion = drawn(champion, 300, 0, random);
      challenger = drawn(challenger, 100, worse, random);
      if (judge(champion, challenger, terms(null)).verdict() == Verdict.TAKE_BACK) {
        return true;
      }
    }
    return false;
  }

  private static Arm drawn(Arm arm, int cases, double worse, Random random) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < cases; i++) {
      double loss = worse - Math.log(1 - random.nextDouble());
      sum += loss;
      squares += loss * loss;
    }
    double mean = sum / cases;
    double error = Math.sqrt((squares / cases - mean * mean) / (cases - 1));
    return arm.andPredictions(cases).and(cases, mean, error);
  }
}
