package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatedPerformanceTest {
  private static final int WINDOWS = 400;

  /** A score that is too sure of itself: no probability, but its order is right. */
  private static double rate(double score) {
    return 0.1 + 0.7 * score * score;
  }

  private static LabelledScores draw(SplittableRandom random, int events, double skew) {
    LabelledScores scores = new LabelledScores();
    for (int i = 0; i < events; i++) {
      double score = Math.pow(random.nextDouble(), skew);
      scores.add(ScoreBins.index(score), score >= 0.5, random.nextDouble() < rate(score), 1);
    }
    return scores;
  }

  private static Map<String, Double> measured(LabelledScores scores) {
    double tp = 0;
    double called = 0;
    double positives = scores.positives();
    double[] positive = new double[ScoreBins.SIZE];
    double[] negative = new double[ScoreBins.SIZE];
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      tp += scores.get(bin, true, true);
      called += scores.get(bin, true, true) + scores.get(bin, true, false);
      positive[bin] = scores.positives(bin);
      negative[bin] = scores.count(bin) - scores.positives(bin);
    }
    return Map.of(
        "accuracy", (double) scores.right() / scores.count(),
        "precision", tp / called,
        "recall", tp / positives,
        "f1", 2 * tp / (called + positives),
        "auc", BinnedAuc.of(positive, negative, 2, 2).auc());
  }

  /**
   * The measured metric lies in the 95 % interval as often as it says, whether the traffic is that
   * of the calibration (skew 1) or its scores have moved up or down; for windows of 2,000.
   */
  @ParameterizedTest
  @CsvSource({"1", "0.6", "2"})
  void interval_coversTheMeasuredMetric_alsoWhereScoresHaveMoved(double skew) {
    Map<String, Integer> covered = new LinkedHashMap<>();
    for (int seed = 0; seed < WINDOWS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      RateByScore rates = RateByScore.of(draw(random, 5_000, 1));
      LabelledScores window = draw(random, 2_000, skew);
      Map<String, Double> measured = measured(window);
      for (EstimatedPerformance estimate : EstimatedPerformance.of(window.scores(), rates)) {
        Interval interval = estimate.interval();
        double value = measured.get(estimate.name());
        boolean inside = interval.low() <= value && value <= interval.high();
        covered.merge(estimate.name(), inside ? 1 : 0, Integer::sum);
      }
    }

    assertThat(covered.keySet()).containsExactly("accuracy", "precision", "recall", "f1", "auc");
    // Nominal is 380; the linear law is a little off where scores have moved to the edge.
    assertThat(covered.values()).as("%s", covered).allMatch(count -> count >= 364 && count <= 396);
  }

  /** With each score its own probability the values are those of CBPE by the book. */
  @Test
  void values_ofCalibratedScores_areThoseOfCbpe() {
    SplittableRandom random = new SplittableRandom(4);
    LabelledScores labelled = new LabelledScores();
    Cbpe cbpe = new Cbpe();
    ScoreTallies tallies = new ScoreTallies();
    for (int i = 0; i < 200_000; i++) {
      double score = random.nextDouble();
      labelled.add(ScoreBins.index(score), score >= 0.5, random.nextDouble() < score, 1);
    }
    for (int i = 0; i < 5_000; i++) {
      double score = random.nextDouble();
      tallies.add(score, score >= 0.5);
      cbpe.add(score, score >= 0.5, Weight.ONE, 1);
    }
    List<EstimatedPerformance> estimates =
        EstimatedPerformance.of(tallies, RateByScore.of(labelled));

    for (Metric metric : cbpe.metrics()) {
      EstimatedPerformance estimate =
          estimates.stream().filter(e -> e.name().equals(metric.name())).findFirst().orElseThrow();
      assertThat(estimate.value()).as(metric.name()).isCloseTo(metric.value(), within(0.005));
    }
  }

  @Test
  void estimate_ofNothing_isNone() {
    LabelledScores one = new LabelledScores();
    one.add(7, true, true, 1);
    assertThat(EstimatedPerformance.of(new ScoreTallies(), RateByScore.of(one))).isEmpty();
    assertThatThrownBy(() -> RateByScore.of(new LabelledScores()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void metrics_thatNobodyCanMeasure_areLeftOut() {
    LabelledScores negatives = new LabelledScores();
    negatives.add(7, false, false, 100);

    assertThat(EstimatedPerformance.of(negatives.scores(), RateByScore.of(negatives)))
        .extracting(EstimatedPerformance::name)
        .containsExactly("accuracy");
  }

  @Test
  void rates_areLinearBetweenGroups_andStayProbabilities() {
    LabelledScores labelled = draw(new SplittableRandom(9), 400_000, 1);
    RateByScore rates = RateByScore.of(labelled);

    for (int bin = 40; bin < 260; bin++) {
      double middle = (ScoreBins.lowerEdge(bin) + ScoreBins.upperEdge(bin)) / 2;
      assertThat(rates.rate(bin)).isCloseTo(rate(middle), within(0.02));
    }
    assertThat(rates.rate(0)).isBetween(0.0, 1.0);
    assertThat(rates.rate(ScoreBins.SIZE - 1)).isBetween(0.0, 1.0);
    assertThat(rates.labels()).isEqualTo(400_000);
  }
}
