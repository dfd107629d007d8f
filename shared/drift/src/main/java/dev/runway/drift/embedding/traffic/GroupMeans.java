package dev.runway.drift.embedding.traffic;

/**
 * Vectors of independent groups of items with one unknown mean, and what the square of that mean
 * is. Products of different groups are right on average, for their errors have nothing to do with
 * each other; a group's own square is not, so it is left out.
 */
final class GroupMeans {
  private final double[] total;
  private final double[] projections;
  private final double[] squares;
  private double ownSquares;
  private double totalSquare;

  /**
   * @param vectors one of each group, all of one length
   */
  GroupMeans(double[][] vectors) {
    total = new double[vectors[0].length];
    for (double[] vector : vectors) {
      GroupSums.addAll(total, vector);
    }
    totalSquare = dot(total, total);
    projections = new double[vectors.length];
    squares = new double[vectors.length];
    for (int g = 0; g < vectors.length; g++) {
      projections[g] = dot(vectors[g], total);
      squares[g] = dot(vectors[g], vectors[g]);
      ownSquares += squares[g];
    }
  }

  /** The square of the mean: right on average, so that it may be below 0. */
  double square() {
    int n = squares.length;
    return (totalSquare - ownSquares) / n / (n - 1);
  }

  /** The same without one group. */
  double squareWithout(int g) {
    int n = squares.length - 1;
    double rest = totalSquare - 2 * projections[g] + squares[g];
    return (rest - (ownSquares - squares[g])) / n / (n - 1);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
