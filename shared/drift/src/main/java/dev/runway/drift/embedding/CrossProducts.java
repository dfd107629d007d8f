package dev.runway.drift.embedding;

/**
 * Sums of outer products of many rows at once, C += X'Y. Four rows of X and Y are taken together,
 * so that C is loaded and stored a fourth as often; and of C and Y so much at a time as stays in
 * the caches of one core.
 *
 * <p>Matrices are arrays of rows, and every row is indexed by the same variable: the form of a loop
 * that the compiler turns into vector instructions, as long as it is short. Two rows of C at once,
 * or eight of Y, would load less by far, and are three times as slow, for it leaves them scalar.
 *
 * <p>Each number of C gets its products in the order of the rows, by fours: {@code c + ((p0 + p1) +
 * (p2 + p3))}. So its last bits do not depend on what is taken together.
 */
final class CrossProducts {

  /** Rows are taken by as many; whoever has fewer fills up with zeros. */
  static final int STRIDE = 4;

  /**
   * Of the columns of C: four rows of Y with as many are 32 KiB, of the 32 to 48 nearest a core.
   */
  private static final int WIDE = 1024;

  /** Of the rows of C: with as many columns, they are 256 KiB. */
  private static final int HIGH = 32;

  private CrossProducts() {}

  /**
   * Adds to {@code into[i][j]} the sum over k of {@code left[k][from + i] * right[k][j]}.
   *
   * @param rows how many k, a multiple of {@link #STRIDE}
   * @param into rows that do not get shorter, each as long as the columns that are wanted: those of
   *     a lower triangle have i + 1
   */
  static void add(double[][] left, int from, double[][] right, int rows, double[][] into) {
    int columns = into[into.length - 1].length;
    for (int start = 0; start < columns; start += WIDE) {
      int end = Math.min(columns, start + WIDE);
      for (int top = 0; top < into.length; top += HIGH) {
        int bottom = Math.min(into.length, top + HIGH);
        if (into[bottom - 1].length <= start) {
          continue;
        }
        for (int k = 0; k < rows; k += STRIDE) {
          for (int i = top; i < bottom; i++) {
            double[] row = into[i];
            addTo(row, left, from + i, right, k, start, Math.min(end, row.length));
          }
        }
      }
    }
  }

  private static void addTo(
      double[] row, double[][] left, int column, double[][] right, int k, int start, int end) {
    double a0 = left[k][column];
    double a1 = left[k + 1][column];
    double a2 = left[k + 2][column];
    double a3 = left[k + 3][column];
    double[] r0 = right[k];
    double[] r1 = right[k + 1];
    double[] r2 = right[k + 2];
    double[] r3 = right[k + 3];
    for (int j = start; j < end; j++) {
      row[j] = row[j] + ((a0 * r0[j] + a1 * r1[j]) + (a2 * r2[j] + a3 * r3[j]));
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
