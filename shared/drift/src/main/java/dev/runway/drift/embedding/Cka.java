package dev.runway.drift.embedding;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * Linear centred kernel alignment: 1 for versions that are a rotation and a scale apart, near 0 for
 * unrelated ones.
 *
 * @param plain from the covariances; too high for few pairs (0.05 at 200 pairs of 128 dimensions)
 * @param debiased from unbiased estimates of the three dependences; may leave [0, 1] by noise, NaN
 *     for fewer than 4 pairs
 */
record Cka(double plain, double debiased) {

  static Cka of(PairMoments moments) {
    double xx = NormOps_DDRM.normF(moments.centredXx);
    double yy = NormOps_DDRM.normF(moments.centredYy);
    double xy = NormOps_DDRM.normF(moments.centredXy);
    double traceX = CommonOps_DDRM.trace(moments.centredXx);
    double traceY = CommonOps_DDRM.trace(moments.centredYy);
    long n = moments.n;
    double dependence = hsic(n, xy, moments.fourthXy, traceX * traceY);
    double ofX = hsic(n, xx, moments.fourthXx, traceX * traceX);
    double ofY = hsic(n, yy, moments.fourthYy, traceY * traceY);
    return new Cka(xy / xx * xy / yy, dependence / Math.sqrt(ofX) / Math.sqrt(ofY));
  }

  /**
   * The unbiased estimate, which does not change when vectors are moved; of centred ones most of
   * its terms are 0.
   */
  private static double hsic(long n, double norm, double fourth, double traces) {
    if (n < 4) {
      return Double.NaN;
    }
    double pairs = (n - 1.0) * (n - 2.0);
    return (norm * norm - fourth + traces / pairs - 2 * fourth / (n - 2)) / n / (n - 3);
  }

  /** Standard error of either form. */
  double standardError(PairMoments moments, SampleRows rows) {
    return rows.less(moments.meanX, moments.meanY)
        .standardError(
            moments.n,
            () -> gradient(moments.centredXx, -plain),
            () -> gradient(moments.centredXy, 2 * plain),
            () -> gradient(moments.centredYy, -plain));
  }

  private static DMatrixRMaj gradient(DMatrixRMaj products, double weight) {
    double norm = NormOps_DDRM.normF(products);
    DMatrixRMaj gradient = products.copy();
    CommonOps_DDRM.scale(weight / (norm * norm), gradient);
    return gradient;
  }
}
