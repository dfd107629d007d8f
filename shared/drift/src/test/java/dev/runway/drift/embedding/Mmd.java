package dev.runway.drift.embedding;

import java.util.Arrays;

/**
 * Maximum mean discrepancy of two sets of vectors with a Gaussian kernel: whether their
 * distributions differ, whatever the shape. Blind to which item has which vector. Quadratic in the
 * vectors: for samples.
 *
 * @param biased squared discrepancy, never below 0
 * @param unbiased the same without each vector's likeness to itself; around 0 for equal
 *     distributions
 */
record Mmd(double biased, double unbiased) {

  /**
   * Compares two sets of at least two vectors each.
   *
   * @param squaredWidth of the kernel exp(-|a - b|^2 / (2 squaredWidth)), see {@link #medianWidth}
   */
  static Mmd of(double[][] x, double[][] y, double squaredWidth) {
    double xx = sum(x, x, squaredWidth);
    double yy = sum(y, y, squaredWidth);
    double between = 2 * sum(x, y, squaredWidth) / x.length / y.length;
    double n = x.length;
    double m = y.length;
    return new Mmd(
        xx / (n * n) + yy / (m * m) - between,
        (xx - n) / (n * (n - 1)) + (yy - m) / (m * (m - 1)) - between);
  }

  /** The square of the median distance of two different vectors of a set. */
  static double medianWidth(double[][] x) {
    double[] distances = new double[x.length * (x.length - 1) / 2];
    int size = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        distances[size++] = Math.sqrt(squaredDistance(x[i], x[j]));
      }
    }
    Arrays.sort(distances);
    double median = (distances[(size - 1) / 2] + distances[size / 2]) / 2;
    return median * median;
  }

  private static double sum(double[][] x, double[][] y, double squaredWidth) {
    double sum = 0;
    for (double[] a : x) {
      for (double[] b : y) {
        sum += Math.exp(-squaredDistance(a, b) / (2 * squaredWidth));
      }
    }
    return sum;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      double difference = a[j] - b[j];
      sum += difference * difference;
    }
    return sum;
  }
}
