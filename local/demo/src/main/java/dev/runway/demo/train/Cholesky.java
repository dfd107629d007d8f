package dev.runway.demo.train;

/** Solves symmetric positive definite systems of a few dozen unknowns. */
final class Cholesky {
  private Cholesky() {}

  /**
   * The x with {@code a x = b}.
   *
   * @param a lower triangle with diagonal; overwritten by its factor
   * @throws IllegalStateException if {@code a} is not positive definite, as with equal columns and
   *     no penalty
   */
  static double[] solve(double[][] a, double[] b) {
    factor(a);
    double[] x = b.clone();
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= a[i][k] * x[k];
      }
      x[i] /= a[i][i];
    }
    for (int i = x.length - 1; i >= 0; i--) {
      for (int k = i + 1; k < x.length; k++) {
        x[i] -= a[k][i] * x[k];
      }
      x[i] /= a[i][i];
    }
    return x;
  }

  private static void factor(double[][] a) {
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        if (i > j) {
          a[i][j] = sum / a[j][j];
        } else if (sum > 0) {
          a[i][i] = Math.sqrt(sum);
        } else {
          throw new IllegalStateException(
              "column " + i + " follows from the columns before it: raise the penalty");
        }
      }
    }
  }
}
