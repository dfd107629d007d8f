package dev.runway.demo.train;

import java.util.List;

/**
 * Logistic regression with a ridge penalty, fitted by Newton's method (iteratively reweighted least
 * squares). Deterministic: the same rows in the same order give the same weights.
 */
public final class LogisticRegression {
  private static final int MAX_STEPS = 100;
  private static final double CONVERGED = 1e-10;

  /** With thousands of rows rounding alone may move a weight further than that, for ever. */
  private static final double AS_GOOD_AS = 1e-6;

  private LogisticRegression() {}

  /**
   * Minimises the negative log likelihood plus {@code penalty / 2} times the sum of squared
   * weights; the intercept is free.
   *
   * @param rows at least one; all with the same features
   * @param positive the class of each row
   * @param penalty at least 0, in units of the log likelihood (nats)
   * @throws IllegalArgumentException if there are no rows, or the lists differ in length
   * @throws IllegalStateException if the weights do not settle, as with separable classes and no
   *     penalty
   */
  public static LogisticModel fit(List<FeatureRow> rows, List<Boolean> positive, double penalty) {
    if (rows.isEmpty() || rows.size() != positive.size()) {
      throw new IllegalArgumentException(
          rows.size() + " rows with " + positive.size() + " classes: as many as rows are due");
    }
    Encoding encoding = Encoding.learn(rows);
    double[][] x = new double[rows.size()][];
    for (int i = 0; i < x.length; i++) {
      double[] features = encoding.vector(rows.get(i));
      x[i] = new double[features.length + 1];
      x[i][0] = 1;
      System.arraycopy(features, 0, x[i], 1, features.length);
    }
    return new LogisticModel(encoding, weights(x, positive, penalty));
  }

  private static double[] weights(double[][] x, List<Boolean> positive, double penalty) {
    double[] weights = new double[x[0].length];
    double loss = loss(x, positive, penalty, weights);
    double largest = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MAX_STEPS; step++) {
      double[] move = newtonStep(x, positive, penalty, weights);
      largest = 0;
      for (double m : move) {
        largest = Math.max(largest, Math.abs(m));
      }
      if (largest < CONVERGED) {
        return weights;
      }
      // A full step can overshoot far from the optimum; halving it always ends in a lower loss.
      double scale = 1;
      double[] next = moved(weights, move, scale);
      double nextLoss = loss(x, positive, penalty, next);
      while (nextLoss > loss && scale > 1e-8) {
        scale /= 2;
        next = moved(weights, move, scale);
        nextLoss = loss(x, positive, penalty, next);
      }
      weights = next;
      loss = nextLoss;
    }
    if (largest < AS_GOOD_AS) {
      return weights;
    }
    throw new IllegalStateException("weights have not settled after " + MAX_STEPS + " steps");
  }

  private static double[] moved(double[] weights, double[] move, double scale) {
    double[] next = weights.clone();
    for (int j = 0; j < next.length; j++) {
      next[j] += scale * move[j];
    }
    return next;
  }

  private static double loss(
      double[][] x, List<Boolean> positive, double penalty, double[] weights) {
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      double margin = dot(x[i], weights) * (positive.get(i) ? 1 : -1);
      // log(1 + e^-m) without overflow on either side
      loss += margin > 0 ? Math.log1p(Math.exp(-margin)) : -margin + Math.log1p(Math.exp(margin));
    }
    for (int j = 1; j < weights.length; j++) {
      loss += penalty / 2 * weights[j] * weights[j];
    }
    return loss;
  }

  private static double[] newtonStep(
      double[][] x, List<Boolean> positive, double penalty, double[] weights) {
    int width = weights.length;
    double[] gradient = new double[width];
    double[][] curvature = new double[width][width];
    for (int i = 0; i < x.length; i++) {
      double p = sigmoid(dot(x[i], weights));
      double residual = (positive.get(i) ? 1 : 0) - p;
      double weight = Math.max(p * (1 - p), 1e-12);
      for (int j = 0; j < width; j++) {
        double xj = x[i][j];
        if (xj != 0) {
          gradient[j] += residual * xj;
          for (int k = 0; k <= j; k++) {
            curvature[j][k] += weight * xj * x[i][k];
          }
        }
      }
    }
    for (int j = 1; j < width; j++) {
      gradient[j] -= penalty * weights[j];
      curvature[j][j] += penalty;
    }
    return Cholesky.solve(curvature, gradient);
  }

  static double sigmoid(double margin) {
    return 1 / (1 + Math.exp(-margin));
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
