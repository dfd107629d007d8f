package dev.runway.drift.embedding;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Frechet distance of the vectors of two versions as if both were normal: squared distance of the
 * means plus tr(Sx + Sy - 2 (Sx Sy)^1/2). Blind to which item has which vector.
 */
final class Frechet {

  private Frechet() {}

  /** Without alignment: a rotation alone makes it large. The versions have the same dimensions. */
  static double raw(PairMoments moments) {
    return distance(moments, moments.centredXx, moments.meanX);
  }

  /** After the rotation that brings the older vectors closest. */
  static double aligned(PairMoments moments, DMatrixRMaj rotation) {
    DMatrixRMaj half = CommonOps_DDRM.multTransA(rotation, moments.centredXx, null);
    DMatrixRMaj mean = CommonOps_DDRM.mult(row(moments.meanX), rotation, null);
    return distance(moments, CommonOps_DDRM.mult(half, rotation, null), mean.data);
  }

  private static DMatrixRMaj row(double[] values) {
    return DMatrixRMaj.wrap(1, values.length, values);
  }

  private static double distance(PairMoments moments, DMatrixRMaj centredXx, double[] meanX) {
    double squares = 0;
    for (int j = 0; j < meanX.length; j++) {
      double shift = meanX[j] - moments.meanY[j];
      squares += shift * shift;
    }
    double traces = CommonOps_DDRM.trace(centredXx) + CommonOps_DDRM.trace(moments.centredYy);
    return squares + (traces - 2 * rootOfProduct(centredXx, moments.centredYy)) / moments.n;
  }

  /** tr((A B)^1/2): the singular values of A^1/2 B^1/2, for A B itself is not symmetric. */
  private static double rootOfProduct(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj product = CommonOps_DDRM.multTransB(root(a), root(b), null);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(product.numRows, product.numCols, false, false, true);
    if (!svd.decompose(product)) {
      throw new ArithmeticException("no singular values found of a product of covariances");
    }
    double sum = 0;
    for (double value : svd.getSingularValues()) {
      sum += value;
    }
    return sum;
  }

  /** L with L'L = A; which root it is does not matter to the singular values. */
  private static DMatrixRMaj root(DMatrixRMaj a) {
    Spectrum spectrum = Spectrum.of(a);
    DMatrixRMaj root = spectrum.vectors().copy();
    for (int i = 0; i < root.numRows; i++) {
      double scale = Math.sqrt(spectrum.values()[i]);
      for (int j = 0; j < root.numCols; j++) {
        root.unsafe_set(i, j, root.unsafe_get(i, j) * scale);
      }
    }
    return root;
  }
}
