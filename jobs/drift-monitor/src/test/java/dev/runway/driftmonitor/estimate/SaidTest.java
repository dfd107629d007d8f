package dev.runway.driftmonitor.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.driftmonitor.concept.Window;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a right estimate agrees with what labels show, by how many of them there are. */
class SaidTest {
  private static final int RUNS = 2_000;

  private static MaturedWindow window(int labels, int right) {
    return new MaturedWindow(
        SomeTruths.KEY, new Window(0, 600_000), 0, labels, labels, right, null);
  }

  /** Nine in ten scores are nearly certain, the others say nothing; and scores of all sizes. */
  @ParameterizedTest(name = "{0}: {1} labels of {2} predictions")
  @CsvSource({
    "mostly, 200, 5000",
    "mostly, 200, 200",
    "mostly, 500, 1000",
    "evenly, 200, 5000",
    "evenly, 200, 200"
  })
  void calibratedScores_agreeInNineteenOfTwenty(String scores, int labels, int predictions) {
    ToDoubleFunction<Random> score =
        scores.equals("mostly")
            ? random -> random.nextInt(10) == 0 ? 0.5 : 0.001
            : Random::nextDouble;
    int agrees = 0;
    for (int run = 0; run < RUNS; run++) {
      Random random = new Random(run);
      double expected = 0;
      double variance = 0;
      int right = 0;
      for (int i = 0; i < predictions; i++) {
        double p = score.applyAsDouble(random);
        double isRight = Math.max(p, 1 - p);
        expected += isRight;
        variance += isRight * (1 - isRight);
        // The first ones have labels; all are alike.
        right += i < labels && random.nextDouble() < isRight ? 1 : 0;
      }
      double n = predictions;
      Said said = new Said(expected / n, variance / (n * n), 0, predictions);
      agrees += said.agrees(window(labels, right)) ? 1 : 0;
    }

    assertThat((double) agrees / RUNS).isBetween(0.93, 0.97);
  }
}
