package dev.runway.drift.embedding;

import java.util.function.Supplier;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Sampled pairs as matrices, a row each.
 *
 * @param x older vectors
 * @param y newer vectors of the same items
 */
record SampleRows(DMatrixRMaj x, DMatrixRMaj y) {

  static SampleRows of(float[][] before, float[][] after, int most) {
    return new SampleRows(matrix(before, most), matrix(after, most));
  }

  private static DMatrixRMaj matrix(float[][] vectors, int most) {
    int rows = Math.min(most, vectors.length);
    DMatrixRMaj matrix = new DMatrixRMaj(rows, vectors.length == 0 ? 0 : vectors[0].length);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < matrix.numCols; j++) {
        matrix.unsafe_set(i, j, vectors[i][j]);
      }
    }
    return matrix;
  }

  int size() {
    return x.numRows;
  }

  SampleRows less(double[] meanX, double[] meanY) {
    return new SampleRows(less(x, meanX), less(y, meanY));
  }

  private static DMatrixRMaj less(DMatrixRMaj rows, double[] mean) {
    DMatrixRMaj result = rows.copy();
    for (int i = 0; i < rows.numRows; i++) {
      for (int j = 0; j < rows.numCols; j++) {
        result.unsafe_set(i, j, rows.unsafe_get(i, j) - mean[j]);
      }
    }
    return result;
  }

  /** Each x multiplied from the left by one matrix, each y by the other. */
  SampleRows mapped(DMatrixRMaj mapX, DMatrixRMaj mapY) {
    return new SampleRows(
        CommonOps_DDRM.multTransB(x, mapX, null), CommonOps_DDRM.multTransB(y, mapY, null));
  }

  /**
   * Standard error of a measure that follows from the sums of x x', x y' and y y' over n pairs: by
   * its gradient in them, each pair moves it by x' gxx x + x' gxy y + y' gyy y. These rows show how
   * much that scatters. The gradients are asked for one after the other, so that there is memory
   * for one of them at a time.
   */
  double standardError(
      long n, Supplier<DMatrixRMaj> gxx, Supplier<DMatrixRMaj> gxy, Supplier<DMatrixRMaj> gyy) {
    DMatrixRMaj left = CommonOps_DDRM.mult(x, gxx.get(), null);
    CommonOps_DDRM.multAddTransB(y, gxy.get(), left);
    DMatrixRMaj right = CommonOps_DDRM.mult(y, gyy.get(), null);
    double[] moved = new double[size()];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = dot(left, x, i) + dot(right, y, i);
    }
    return standardError(n, moved);
  }

  /** Of a measure that each of n pairs moves by as much as these of them do. */
  static double standardError(long n, double[] moved) {
    double mean = 0;
    for (double value : moved) {
      mean += value / moved.length;
    }
    double squares = 0;
    for (double value : moved) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(n * squares / (moved.length - 1));
  }

  /** Scalar product of a row of one matrix with that of another. */
  static double dot(DMatrixRMaj a, DMatrixRMaj b, int row) {
    double sum = 0;
    for (int j = 0; j < a.numCols; j++) {
      sum += a.unsafe_get(row, j) * b.unsafe_get(row, j);
    }
    return sum;
  }
}
