package dev.runway.demo.train;

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

  /** Intercept first, then one weight per encoded column. */
  double[] weights() {
    return weights.clone();
  }
}
