package dev.runway.drift.embedding;

/**
 * Mean of random Fourier features of vectors, sqrt(2 / D) cos(W x + b): the squared distance of two
 * such means is {@link Mmd} up to an error of the order 1 / sqrt(D), in one pass and mergeable.
 */
final class FourierMeans {
  private final double[][] frequencies;
  private final double[] phases;
  private final double[] sums;
  private long n;

  /**
   * No vectors yet.
   *
   * @param frequencies D rows, normal with the inverse of the kernel's width as deviation
   * @param phases D numbers, even in [0, 2 pi)
   */
  FourierMeans(double[][] frequencies, double[] phases) {
    this.frequencies = frequencies;
    this.phases = phases;
    sums = new double[phases.length];
  }

  void add(double[] vector) {
    for (int i = 0; i < sums.length; i++) {
      double angle = phases[i];
      for (int j = 0; j < vector.length; j++) {
        angle += frequencies[i][j] * vector[j];
      }
      sums[i] += Math.cos(angle);
    }
    n++;
  }

  /** Adds the vectors of means with the same features. */
  void merge(FourierMeans other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    n += other.n;
  }

  /** Squared distance to the mean of other vectors. */
  double squaredDistance(FourierMeans other) {
    double sum = 0;
    for (int i = 0; i < sums.length; i++) {
      double difference = sums[i] / n - other.sums[i] / other.n;
      sum += difference * difference;
    }
    return 2 * sum / sums.length;
  }
}
