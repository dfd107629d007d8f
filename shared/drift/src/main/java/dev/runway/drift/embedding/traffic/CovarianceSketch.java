package dev.runway.drift.embedding.traffic;

import dev.runway.drift.embedding.ItemHash;

/**
 * A fixed number of sums that stand for a matrix of products x x', so that what is kept of a window
 * does not grow with the square of the dimensions.
 *
 * <p>Up to {@value #EXACT} dimensions they are the matrix itself. Beyond, each of {@value #COPIES}
 * copies is P' M Q with two independent count sketches P and Q of {@value #BUCKETS} buckets
 * (Charikar, Chen and Farach-Colton 2002): every dimension goes into one bucket with a sign, so
 * that a vector takes its dimensions in time, and not their square. Inner products of sketches are
 * those of the matrices on average (Pham and Pagh 2013, theorem 1). The relative variance of one
 * copy's square is at most (1 + 2 / {@value #BUCKETS})^2 - 1, reached by matrices of one direction;
 * the mean of all copies is wrong by {@link #RELATIVE_ERROR} of it (standard deviation) at most.
 *
 * <p>Signs and buckets never change: sums that are stored hold what they chose.
 */
final class CovarianceSketch {
  /** Dimensions up to which the matrix itself is kept: it takes no more room. */
  static final int EXACT = 32;

  private static final int BUCKETS = 8;
  private static final int COPIES = 16;
  private static final int CELLS = BUCKETS * BUCKETS;
  private static final int SIDES = 2 * COPIES;

  /** Of the square of a matrix, as a standard deviation. */
  static final double RELATIVE_ERROR =
      Math.sqrt(((1 + 2.0 / BUCKETS) * (1 + 2.0 / BUCKETS) - 1) / COPIES);

  private CovarianceSketch() {}

  /** How many sums there are. */
  static int size(int dimensions) {
    return dimensions <= EXACT ? dimensions * dimensions : COPIES * CELLS;
  }

  /** Standard deviation of a sketched square from the matrix's own, as a share of it, at most. */
  static double relativeError(int dimensions) {
    return dimensions <= EXACT ? 0 : RELATIVE_ERROR;
  }

  /** Adds weight times x x' to the sums. */
  static void add(double[] sums, double[] x, double weight) {
    if (x.length <= EXACT) {
      for (int i = 0; i < x.length; i++) {
        double scaled = weight * x[i];
        for (int j = 0; j < x.length; j++) {
          sums[i * x.length + j] += scaled * x[j];
        }
      }
      return;
    }
    double[] projected = project(x);
    for (int copy = 0; copy < COPIES; copy++) {
      int left = 2 * copy * BUCKETS;
      int right = left + BUCKETS;
      for (int a = 0; a < BUCKETS; a++) {
        double scaled = weight * projected[left + a];
        int row = copy * CELLS + a * BUCKETS;
        for (int b = 0; b < BUCKETS; b++) {
          sums[row + b] += scaled * projected[right + b];
        }
      }
    }
  }

  /** P' x and Q' x of every copy, one behind the other. */
  private static double[] project(double[] x) {
    double[] projected = new double[SIDES * BUCKETS];
    for (int i = 0; i < x.length; i++) {
      double value = x[i];
      // 32 sides of 4 bits each, a sign and a bucket: two words.
      long first = ItemHash.of(2L * i);
      long second = ItemHash.of(2L * i + 1);
      for (int side = 0; side < SIDES / 2; side++) {
        place(projected, side, first >>> (4 * side), value);
        place(projected, SIDES / 2 + side, second >>> (4 * side), value);
      }
    }
    return projected;
  }

  private static void place(double[] projected, int side, long code, double value) {
    int at = side * BUCKETS + (int) (code & (BUCKETS - 1));
    projected[at] += (code & BUCKETS) == 0 ? value : -value;
  }
}
