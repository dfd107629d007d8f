package dev.runway.drift.embedding;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * {@link PairSums} of at least one pair as matrices, as they are and around the means. A linear
 * algebra library may write into what it decomposes: it gets copies.
 */
final class PairMoments {

  /** Spread around the mean, relative to the squares, that is no more than rounding. */
  private static final double NO_SPREAD = 1e-12;

  final long n;

  /** Sums of x x', y y' and x y'. */
  final DMatrixRMaj xx;

  final DMatrixRMaj yy;
  final DMatrixRMaj xy;
  final double[] meanX;
  final double[] meanY;

  /** The same sums of x and y less their means. */
  final DMatrixRMaj centredXx;

  final DMatrixRMaj centredYy;
  final DMatrixRMaj centredXy;

  /** Sums of |x|^4, |y|^4 and |x|^2 |y|^2 of x and y less their means. */
  final double fourthXx;

  final double fourthYy;
  final double fourthXy;

  PairMoments(PairSums sums) {
    VersionSums before = sums.before();
    VersionSums after = sums.after();
    n = sums.pairs();
    if (n == 0) {
      throw new IllegalArgumentException("moments of no pairs");
    }
    xx = symmetric(before.gram);
    yy = symmetric(after.gram);
    xy = new DMatrixRMaj(sums.cross());
    meanX = mean(before.sum);
    meanY = mean(after.sum);
    centredXx = centred(xx, meanX, meanX);
    centredYy = centred(yy, meanY, meanY);
    centredXy = centred(xy, meanX, meanY);
    fourthXx = fourth(before, before, before.ownWeighted, before.ownWeighted, xx, before.fourths);
    fourthYy = fourth(after, after, after.ownWeighted, after.ownWeighted, yy, after.fourths);
    fourthXy =
        fourth(before, after, before.otherWeighted, after.otherWeighted, xy, sums.squareProducts());
  }

  private static DMatrixRMaj symmetric(double[][] lower) {
    DMatrixRMaj full = new DMatrixRMaj(lower.length, lower.length);
    for (int i = 0; i < lower.length; i++) {
      for (int j = 0; j <= i; j++) {
        full.unsafe_set(i, j, lower[i][j]);
        full.unsafe_set(j, i, lower[i][j]);
      }
    }
    return full;
  }

  private double[] mean(double[] sum) {
    double[] mean = new double[sum.length];
    for (int j = 0; j < sum.length; j++) {
      mean[j] = sum[j] / n;
    }
    return mean;
  }

  private DMatrixRMaj centred(DMatrixRMaj products, double[] meanLeft, double[] meanRight) {
    DMatrixRMaj centred = products.copy();
    for (int i = 0; i < meanLeft.length; i++) {
      for (int j = 0; j < meanRight.length; j++) {
        centred.unsafe_set(i, j, products.unsafe_get(i, j) - n * meanLeft[i] * meanRight[j]);
      }
    }
    return centred;
  }

  /**
   * Sum of |a|^2 |b|^2 around the means, multiplied out.
   *
   * @param aByB sum of a |b|^2
   * @param bByA sum of b |a|^2
   * @param products sum of a b'
   * @param raw sum of |a|^2 |b|^2
   */
  private double fourth(
      VersionSums a,
      VersionSums b,
      double[] aByB,
      double[] bByA,
      DMatrixRMaj products,
      double raw) {
    double[] meanA = mean(a.sum);
    double[] meanB = mean(b.sum);
    double squareA = CrossProducts.dot(meanA, meanA);
    double squareB = CrossProducts.dot(meanB, meanB);
    double mixed = 0;
    for (int i = 0; i < meanA.length; i++) {
      for (int j = 0; j < meanB.length; j++) {
        mixed += meanA[i] * products.unsafe_get(i, j) * meanB[j];
      }
    }
    return raw
        - 2 * CrossProducts.dot(meanB, bByA)
        - 2 * CrossProducts.dot(meanA, aByB)
        + squareB * a.squares()
        + squareA * b.squares()
        + 4 * mixed
        - 3 * n * squareA * squareB;
  }

  /** Whether the vectors of a version are all the same, as far as numbers can tell. */
  boolean isWithoutSpread() {
    return withoutSpread(xx, centredXx) || withoutSpread(yy, centredYy);
  }

  private static boolean withoutSpread(DMatrixRMaj raw, DMatrixRMaj centred) {
    return !(CommonOps_DDRM.trace(centred) > NO_SPREAD * CommonOps_DDRM.trace(raw));
  }
}
