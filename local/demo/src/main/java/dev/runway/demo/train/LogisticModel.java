package dev.runway.demo.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A fitted logistic regression. */
public final class LogisticModel {
  private final Encoding encoding;
  private final double[] weights;

  LogisticModel(Encoding encoding, double[] weights) {
    this.encoding = encoding;
    this.weights = weights;
  }

  /** Probability of the positive class, in (0, 1). */
  public double probability(FeatureRow row) {
    double margin = weights[0];
    double[] vector = encoding.vector(row);
    for (int i = 0; i < vector.length; i++) {
      margin += weights[i + 1] * vector[i];
    }
    return LogisticRegression.sigmoid(margin);
  }

  /**
   * The model as lines of text: its weights, then a line for each column. Exact to the last bit.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(Arrays.stream(weights).mapToObj(Double::toString).collect(Collectors.joining("\t")));
    lines.addAll(encoding.lines());
    return lines;
  }

  /**
   * The model that was written so.
   *
   * @throws IllegalArgumentException if the lines are those of no model
   */
  public static LogisticModel of(List<String> lines) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("no model has no line");
    }
    Encoding encoding = Encoding.of(lines.subList(1, lines.size()));
    double[] weights =
        Arrays.stream(lines.get(0).split("\t", -1)).mapToDouble(Double::parseDouble).toArray();
    if (weights.length != encoding.width() + 1) {
      throw new IllegalArgumentException(
          weights.length + " weights for " + encoding.width() + " columns: one more is due");
    }
    return new LogisticModel(encoding, weights);
  }

  /** Intercept first, then one weight per encoded column. */
  double[] weights() {
    return weights.clone();
  }
}
