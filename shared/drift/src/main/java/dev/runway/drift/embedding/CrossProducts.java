package dev.runway.drift.embedding;

/**
 * Sums of outer products of many rows at once, C += X'Y. Two rows of C and four of X and Y are
 * taken together, so that each number that is loaded is used more than once.
 *
 * <p>Matrices are arrays of rows, and every row is indexed by the same variable: the form of a loop
 * that the compiler may turn into vector instructions.
 */
final class CrossProducts {

  /** Rows are taken by as many; whoever has fewer fills up with zeros. */
  static final int STRIDE = 4;

  private CrossProducts() {}

  /**
   * Adds to {@code into[i][j]} the sum over k of {@code left[k][from + i] * right[k][j]}.
   *
   * @param rows how many k, a multiple of {@link #STRIDE}
   * @param into rows that do not get shorter, each as long as the columns that are wanted: those of
   *     a lower triangle have i + 1
   */
  static void add(double[][] left, int from, double[][] right, int rows, double[][] into) {
    int i = 0;
    for (; i + 1 < into.length; i += 2) {
      for (int k = 0; k < rows; k += STRIDE) {
        addToTwo(left, from + i, right, k, into[i], into[i + 1]);
      }
    }
    if (i < into.length) {
      for (int k = 0; k < rows; k += STRIDE) {
        addToOne(left, from + i, right, k, into[i], 0);
      }
    }
  }

  private static void addToTwo(
      double[][] left, int column, double[][] right, int k, double[] first, double[] second) {
    double a0 = left[k][column];
    double a1 = left[k + 1][column];
    double a2 = left[k + 2][column];
    double a3 = left[k + 3][column];
    double b0 = left[k][column + 1];
    double b1 = left[k + 1][column + 1];
    double b2 = left[k + 2][column + 1];
    double b3 = left[k + 3][column + 1];
    double[] r0 = right[k];
    double[] r1 = right[k + 1];
    double[] r2 = right[k + 2];
    double[] r3 = right[k + 3];
    int width = first.length;
    for (int j = 0; j < width; j++) {
      double sum = first[j] + ((a0 * r0[j] + a1 * r1[j]) + (a2 * r2[j] + a3 * r3[j]));
      double other = second[j] + ((b0 * r0[j] + b1 * r1[j]) + (b2 * r2[j] + b3 * r3[j]));
      first[j] = sum;
      second[j] = other;
    }
    if (second.length > width) {
      addToOne(left, column + 1, right, k, second, width);
    }
  }

  private static void addToOne(
      double[][] left, int column, double[][] right, int k, double[] row, int start) {
    double a0 = left[k][column];
    double a1 = left[k + 1][column];
    double a2 = left[k + 2][column];
    double a3 = left[k + 3][column];
    double[] r0 = right[k];
    double[] r1 = right[k + 1];
    double[] r2 = right[k + 2];
    double[] r3 = right[k + 3];
    for (int j = start; j < row.length; j++) {
      row[j] += (a0 * r0[j] + a1 * r1[j]) + (a2 * r2[j] + a3 * r3[j]);
    }
  }

  /** Scalar product, in four sums that the processor can do side by side. */
  static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int j = 0;
    for (; j + 3 < a.length; j += 4) {
      s0 += a[j] * b[j];
      s1 += a[j + 1] * b[j + 1];
      s2 += a[j + 2] * b[j + 2];
      s3 += a[j + 3] * b[j + 3];
    }
    for (; j < a.length; j++) {
      s0 += a[j] * b[j];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
