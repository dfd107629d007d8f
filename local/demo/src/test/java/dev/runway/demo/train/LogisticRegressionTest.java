package dev.runway.demo.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
  private final List<FeatureRow> rows = new ArrayList<>();
  private final List<Boolean> classes = new ArrayList<>();

  @Test
  void constantFeature_givesTheBaseRate() {
    add(3, 1.0, true);
    add(1, 1.0, false);

    LogisticModel model = LogisticRegression.fit(rows, classes, 0);

    assertThat(model.weights()).containsExactly(new double[] {Math.log(3)}, within(1e-9));
  }

  @Test
  void binaryFeatureWithoutPenalty_givesTheShareOfEachGroup() {
    add(1, 0.0, true);
    add(3, 0.0, false);
    add(4, 1.0, true);
    add(1, 1.0, false);

    LogisticModel model = LogisticRegression.fit(rows, classes, 0);

    assertThat(model.probability(row(0))).isCloseTo(0.25, within(1e-9));
    assertThat(model.probability(row(1))).isCloseTo(0.8, within(1e-9));
  }

  /**
   * Eight points at x = -1 and 1, fully separated: by symmetry the intercept is 0, and the slope w
   * solves 8 (1 - sigmoid(w)) = penalty w. For w = ln 3, sigmoid is 3/4, so penalty = 2 / ln 3.
   */
  @Test
  void separableClassesWithPenalty_giveTheSlopeSolvedByHand() {
    add(4, -1.0, false);
    add(4, 1.0, true);

    LogisticModel model = LogisticRegression.fit(rows, classes, 2 / Math.log(3));

    assertThat(model.weights()).containsExactly(new double[] {0, Math.log(3)}, within(1e-9));
  }

  @Test
  void separableClassesWithoutPenalty_areRefusedNotAnswered() {
    add(4, -1.0, false);
    add(4, 1.0, true);

    assertThatThrownBy(() -> LogisticRegression.fit(rows, classes, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void randomRows_leaveNoGradient() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      double x = random.nextGaussian();
      String place = random.nextBoolean() ? "here" : "there";
      rows.add(new FeatureRow().number("x", x).category("place", place));
      classes.add(random.nextDouble() < LogisticRegression.sigmoid(2 * x - 1));
    }

    LogisticModel model = LogisticRegression.fit(rows, classes, 3);

    Encoding encoding = Encoding.learn(rows);
    double[] gradient = new double[encoding.width() + 1];
    for (int i = 0; i < rows.size(); i++) {
      double residual = (classes.get(i) ? 1 : 0) - model.probability(rows.get(i));
      gradient[0] += residual;
      double[] vector = encoding.vector(rows.get(i));
      for (int j = 0; j < vector.length; j++) {
        gradient[j + 1] += residual * vector[j];
      }
    }
    for (int j = 1; j < gradient.length; j++) {
      gradient[j] -= 3 * model.weights()[j];
    }
    assertThat(gradient).containsExactly(new double[gradient.length], within(1e-7));
    assertThat(model.weights()[1]).isBetween(1.5, 2.6);
  }

  @Test
  void unseenCategoryAndMissingNumber_fallBackToReferenceAndMean() {
    rows.addAll(Collections.nCopies(30, new FeatureRow().number("x", 1).category("c", "a")));
    rows.addAll(Collections.nCopies(30, new FeatureRow().number("x", 3).category("c", "b")));
    Encoding encoding = Encoding.learn(rows);

    double[] vector =
        encoding.vector(new FeatureRow().number("x", Double.NaN).category("c", "new"));

    assertThat(vector).containsExactly(0, 0, 0);
  }

  private void add(int times, double x, boolean positive) {
    rows.addAll(Collections.nCopies(times, row(x)));
    classes.addAll(Collections.nCopies(times, positive));
  }

  private static FeatureRow row(double x) {
    return new FeatureRow().number("x", x);
  }
}
