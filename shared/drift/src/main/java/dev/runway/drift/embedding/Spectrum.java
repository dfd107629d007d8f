package dev.runway.drift.embedding;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Eigenvalues of a symmetric matrix that has no negative ones, highest first, and their vectors.
 *
 * @param values not below 0
 * @param vectors in the rows, of length 1
 */
record Spectrum(double[] values, DMatrixRMaj vectors) {

  /**
   * Directions that carry less than this share of the strongest are noise: sums of products know
   * theirs to 1e-13 of the strongest.
   */
  private static final double NOISE = 1e-9;

  static Spectrum of(DMatrixRMaj symmetric) {
    int size = symmetric.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
    if (!eigen.decompose(symmetric.copy())) {
      throw new ArithmeticException("no eigenvalues found of a symmetric matrix of size " + size);
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[size];
    DMatrixRMaj vectors = new DMatrixRMaj(size, size);
    for (int i = 0; i < size; i++) {
      values[i] = Math.max(0, eigen.getEigenvalue(order[i]).getReal());
      System.arraycopy(eigen.getEigenVector(order[i]).data, 0, vectors.data, i * size, size);
    }
    return new Spectrum(values, vectors);
  }

  double sum() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  double sumOfSquares() {
    return CrossProducts.dot(values, values);
  }

  /** Directions that are more than noise. */
  int rank() {
    int rank = 0;
    while (rank < values.length && values[rank] > NOISE * values[0]) {
      rank++;
    }
    return rank;
  }

  /** The matrix that makes the identity of this one: a row for each direction above noise. */
  DMatrixRMaj whitening() {
    DMatrixRMaj map = new DMatrixRMaj(rank(), vectors.numCols);
    for (int i = 0; i < map.numRows; i++) {
      double scale = 1 / Math.sqrt(values[i]);
      for (int j = 0; j < map.numCols; j++) {
        map.unsafe_set(i, j, vectors.unsafe_get(i, j) * scale);
      }
    }
    return map;
  }
}
