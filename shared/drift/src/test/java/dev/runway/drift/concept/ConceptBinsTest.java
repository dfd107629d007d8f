package dev.runway.drift.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.ScoreBins;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConceptBinsTest {
  private static final int WINDOWS = 2_000;

  /** Labels that mean what the score says, or {@code shift} more. */
  private static LabelledScores draw(
      SplittableRandom random, int events, double skew, double shift) {
    LabelledScores scores = new LabelledScores();
    for (int i = 0; i < events; i++) {
      double score = Math.pow(random.nextDouble(), skew);
      boolean outcome = random.nextDouble() < score + shift;
      scores.add(ScoreBins.index(score), score >= 0.5, outcome, 1);
    }
    return scores;
  }

  private record Compared(ConceptDrift drift, ConceptError error) {
    static Compared of(LabelledScores reference, LabelledScores current) {
      ConceptBins bins = ConceptBins.of(reference);
      LabelledBins then = bins.fold(reference);
      LabelledBins now = bins.fold(current);
      return new Compared(ConceptDrift.of(then, now), ConceptError.of(then, now));
    }

    double debiased() {
      return drift.conditionalKl() - error.bias();
    }

    boolean flags() {
      return drift.significant()
          && debiased() / drift.labelEntropy() >= ConceptDrift.WARNING
          && error.materialP(drift, ConceptDrift.WARNING) < 0.01;
    }
  }

  /** References of 2,000 and windows of 1,000 labels, the fewest that are judged. */
  @Test
  void unchangedConcept_isHardlyEverFlagged_andTheBiasIsTakenOff() {
    int flagged = 0;
    double sum = 0;
    for (int seed = 0; seed < WINDOWS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Compared compared = Compared.of(draw(random, 2_000, 1, 0), draw(random, 1_000, 1, 0));
      flagged += compared.flags() ? 1 : 0;
      sum += compared.debiased();
    }

    assertThat((double) flagged / WINDOWS).isLessThan(0.001);
    // Without taking off the bias it would be 0.015 nats, which is above the warning already.
    assertThat(sum / WINDOWS).isBetween(-0.002, 0.002);
  }

  /** All of the new traffic lies in what was the reference's last decile. */
  @Test
  void traffic_thatOnlyMoves_isNotFlagged() {
    int flagged = 0;
    for (int seed = 0; seed < WINDOWS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      flagged +=
          Compared.of(draw(random, 5_000, 4, 0), draw(random, 2_000, 0.5, 0)).flags() ? 1 : 0;
    }

    assertThat((double) flagged / WINDOWS).isLessThan(0.001);
  }

  /** A change of just what is tolerated, the hardest case of "not material". */
  @Test
  void changeThatIsTolerated_isFlaggedInAboutOnePercent() {
    LabelledScores manyThen = draw(new SplittableRandom(1), 4_000_000, 1, 0);
    ConceptBins bins = ConceptBins.of(manyThen);
    LabelledBins then = bins.fold(manyThen);
    double low = 0;
    double high = 0.2;
    for (int i = 0; i < 20; i++) {
      double shift = (low + high) / 2;
      LabelledScores now = draw(new SplittableRandom(2), 1_000_000, 1, shift);
      boolean more = ConceptDrift.of(then, bins.fold(now)).normalised() > ConceptDrift.WARNING;
      high = more ? shift : high;
      low = more ? low : shift;
    }
    int flagged = 0;
    for (int seed = 0; seed < WINDOWS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LabelledScores reference = draw(random, 3_000, 1, 0);
      flagged += Compared.of(reference, draw(random, 3_000, 1, low)).flags() ? 1 : 0;
    }

    assertThat((double) flagged / WINDOWS).isLessThan(0.03);
  }

  /** A rate that is 0.1 higher everywhere: found, and the interval holds the truth. */
  @Test
  void changedConcept_isFlagged_andTheIntervalCoversIt() {
    LabelledScores manyThen = draw(new SplittableRandom(1), 4_000_000, 1, 0);
    LabelledScores manyNow = draw(new SplittableRandom(2), 4_000_000, 1, 0.1);
    int flagged = 0;
    int covered = 0;
    int runs = 500;
    for (int seed = 0; seed < runs; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LabelledScores then = draw(random, 5_000, 1, 0);
      Compared compared = Compared.of(then, draw(random, 5_000, 1, 0.1));
      ConceptBins bins = ConceptBins.of(then);
      double truth = ConceptDrift.of(bins.fold(manyThen), bins.fold(manyNow)).conditionalKl();
      flagged += compared.flags() ? 1 : 0;
      double distance = Math.abs(compared.debiased() - truth);
      covered += distance <= 1.96 * compared.error().standardError() ? 1 : 0;
    }

    assertThat(flagged).isGreaterThan(495);
    assertThat((double) covered / runs).isBetween(0.92, 0.98);
  }

  @Test
  void bins_areNoWiderThanATwentieth_andWithoutReferenceAreLeftOut() {
    LabelledScores low = draw(new SplittableRandom(5), 10_000, 6, 0);
    ConceptBins bins = ConceptBins.of(low);
    LabelledScores high = new LabelledScores();
    high.add(ScoreBins.index(0.31), true, true, 1);
    LabelledScores lowest = new LabelledScores();
    lowest.add(0, true, true, 7);

    assertThat(bins.size()).isBetween(10, 30);
    assertThat(bins.fold(low).total()).isLessThanOrEqualTo(low.count());
    assertThat(bins.fold(lowest).total()).isEqualTo(7);
    LabelledScores few = new LabelledScores();
    few.add(0, true, true, 19);
    assertThatThrownBy(() -> ConceptBins.of(few)).isInstanceOf(IllegalArgumentException.class);
    LabelledScores known = new LabelledScores();
    known.add(0, true, true, 100);
    assertThat(ConceptBins.of(known).fold(high).total()).isZero();
  }

  /** A tenth of the score is the rate, then as now; the traffic has left most of the scale. */
  @Test
  void trafficThatLeavesBins_isNoConceptDrift() {
    double sum = 0;
    int significant = 0;
    for (int seed = 0; seed < WINDOWS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Compared compared =
          Compared.of(drawRare(random, 4_000, 0, 1), drawRare(random, 1_100, 0.6, 1));
      sum += compared.debiased() / compared.drift().labelEntropy();
      significant += compared.drift().p() < 0.01 ? 1 : 0;
    }

    // With the bins that were left it would be 0.06, which is critical.
    assertThat(sum / WINDOWS).isBetween(-0.005, 0.005);
    // With their degrees of freedom it would be none.
    assertThat((double) significant / WINDOWS).isBetween(0.005, 0.03);
  }

  private static LabelledScores drawRare(
      SplittableRandom random, int events, double from, double to) {
    LabelledScores scores = new LabelledScores();
    for (int i = 0; i < events; i++) {
      double score = from + (to - from) * random.nextDouble();
      scores.add(ScoreBins.index(score), score >= 0.5, random.nextDouble() < score / 10, 1);
    }
    return scores;
  }

  /** Rates of 2 and 5 %, and one that all but the highest scores have none of. */
  static Stream<Arguments> rareWorlds() {
    return Stream.of(
        Arguments.of("2 %", 3_200, 2_500, (DoubleUnaryOperator) score -> 0.04 * score),
        Arguments.of("5 %", 2_000, 1_200, (DoubleUnaryOperator) score -> 0.1 * score),
        Arguments.of("5 %, steep", 2_000, 1_200, (DoubleUnaryOperator) s -> 0.2 * s * s * s));
  }

  /** Bins of a label or two: their G is too high by chance, up to 1.4 a degree. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rareWorlds")
  void rareOutcomes_passThePlainTestInOneOfAHundred_andAreHardlyEverFlagged(
      String name, int then, int now, DoubleUnaryOperator rate) {
    int runs = 5_000;
    int unlikely = 0;
    int flagged = 0;
    double sum = 0;
    for (int seed = 0; seed < runs; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Compared compared = Compared.of(draw(random, then, rate), draw(random, now, rate));
      unlikely += compared.drift().unlikely() ? 1 : 0;
      flagged += compared.flags() ? 1 : 0;
      sum += compared.debiased() / compared.drift().labelEntropy();
    }

    // Three standard errors of 1 % are 0.4 %.
    assertThat((double) unlikely / runs).isBetween(0.005, 0.015);
    assertThat((double) flagged / runs).isLessThan(0.002);
    assertThat(sum / runs).isBetween(-0.001, 0.001);
  }

  private static LabelledScores draw(
      SplittableRandom random, int events, DoubleUnaryOperator rate) {
    LabelledScores scores = new LabelledScores();
    for (int i = 0; i < events; i++) {
      double score = random.nextDouble();
      boolean outcome = random.nextDouble() < rate.applyAsDouble(score);
      scores.add(ScoreBins.index(score), score >= 0.5, outcome, 1);
    }
    return scores;
  }

  /** What 22 bins do not show in three of them: a rate of 0.06 that became 0.12. */
  @Test
  void driftInThreeBins_isAskedForByThreeDegrees() {
    LabelledBins then = new LabelledBins(22, 2);
    LabelledBins now = new LabelledBins(22, 2);
    for (int bin = 0; bin < 22; bin++) {
      then.add(bin, 1, 12);
      then.add(bin, 0, 188);
    }
    for (int bin = 0; bin < 3; bin++) {
      now.add(bin, 1, 48);
      now.add(bin, 0, 352);
    }
    ConceptDrift drift = ConceptDrift.of(then, now);

    assertThat(drift.degrees()).isEqualTo(3);
    assertThat(drift.g()).isBetween(11.4, 40.0);
    assertThat(drift.p()).isLessThan(0.01);
  }

  /** The bin between two whole numbers, and one that neither side reaches here. */
  @Test
  void labelsThatNobodyHas_changeNothing() {
    LabelledBins then = new LabelledBins(2, 2);
    LabelledBins now = new LabelledBins(2, 2);
    LabelledBins thenWider = new LabelledBins(3, 5);
    LabelledBins nowWider = new LabelledBins(3, 5);
    SplittableRandom random = new SplittableRandom(3);
    for (int bin = 0; bin < 2; bin++) {
      for (int label = 0; label < 2; label++) {
        int first = random.nextInt(1, 500);
        int second = random.nextInt(1, 500);
        then.add(bin, label, first);
        now.add(bin, label, second);
        thenWider.add(2 * bin, 1 + 2 * label, first);
        nowWider.add(2 * bin, 1 + 2 * label, second);
      }
    }

    assertThat(ConceptDrift.of(thenWider, nowWider).degrees()).isEqualTo(2);
    assertThat(ConceptDrift.of(thenWider, nowWider))
        .usingRecursiveComparison()
        .ignoringFields("fewestOfALabel")
        .isEqualTo(ConceptDrift.of(then, now));
    assertThat(ConceptError.of(thenWider, nowWider)).isEqualTo(ConceptError.of(then, now));
  }

  @Test
  void sidesWithoutACommonBin_sayNothing() {
    LabelledBins then = new LabelledBins(2, 2);
    then.add(0, 1, 500);
    then.add(0, 0, 500);
    LabelledBins now = new LabelledBins(2, 2);
    now.add(1, 1, 900);
    now.add(1, 0, 900);
    ConceptDrift drift = ConceptDrift.of(then, now);

    assertThat(drift.degrees()).isZero();
    assertThat(drift.p()).isEqualTo(1);
    assertThat(ConceptError.of(then, now).materialP(drift, ConceptDrift.WARNING)).isEqualTo(1);
  }
}
