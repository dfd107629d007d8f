package dev.runway.drift.embedding;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * How far the numbers themselves are what they were, dimension by dimension and item by item.
 *
 * <p>A mean cosine does not know that: where all vectors point much the same way it is near 1
 * whatever the rest of them does, and it hardly sees a weak dimension whose sign has changed. So
 * neither the common mean nor the strength of a dimension counts here.
 */
final class Coordinates {
  /** Of a dimension's concordance; numbers that are four times as large have 0.47. */
  private static final double LEAST_CONCORDANCE = 0.5;

  /** Squared, in the mean square distance from the mean; of centred unit vectors cosine 0.75. */
  private static final double MOST_MOVED = 0.5;

  /** Variance, relative to what is usual, below which a dimension tells nothing apart. */
  private static final double DEAD = 1e-8;

  private final PairMoments moments;

  Coordinates(PairMoments moments) {
    this.moments = moments;
  }

  /**
   * Dimensions of which the older and the newer number of an item do not agree, by Lin's
   * concordance correlation 2 s_xy / (s_xx + s_yy + (m_x - m_y)^2): it falls with scatter, another
   * sign, another scale and another mean (Lin, Biometrics 45, 1989).
   */
  int dimensionsMoved() {
    int moved = 0;
    for (int j = 0; j < moments.meanX.length; j++) {
      double x = moments.centredXx.unsafe_get(j, j);
      double xy = moments.centredXy.unsafe_get(j, j);
      moved += isMoved(x, xy, moments.meanX[j], j) ? 1 : 0;
    }
    return moved;
  }

  /** The same after older vectors have been rotated. */
  int dimensionsMoved(DMatrixRMaj rotation) {
    DMatrixRMaj half = CommonOps_DDRM.mult(moments.centredXx, rotation, null);
    int moved = 0;
    for (int j = 0; j < moments.meanY.length; j++) {
      double x = 0;
      double xy = 0;
      double mean = 0;
      for (int i = 0; i < rotation.numRows; i++) {
        double r = rotation.unsafe_get(i, j);
        x += r * half.unsafe_get(i, j);
        xy += r * moments.centredXy.unsafe_get(i, j);
        mean += r * moments.meanX[i];
      }
      moved += isMoved(x, xy, mean, j) ? 1 : 0;
    }
    return moved;
  }

  private boolean isMoved(double x, double xy, double meanX, int dimension) {
    double shift = moments.meanY[dimension] - meanX;
    double y = moments.centredYy.unsafe_get(dimension, dimension);
    double all = x + y + moments.n * shift * shift;
    double usual = CommonOps_DDRM.trace(moments.centredXx) / moments.centredXx.numRows;
    return all > DEAD * usual && 2 * xy < LEAST_CONCORDANCE * all;
  }

  /** Squared distances below which an item is where it was. */
  private double mostMoved() {
    return MOST_MOVED * CommonOps_DDRM.trace(moments.centredXx) / moments.n;
  }

  /**
   * Items that are elsewhere.
   *
   * @param x a row for each item, in the coordinates of y
   */
  long itemsMoved(DMatrixRMaj x, DMatrixRMaj y) {
    double most = mostMoved();
    long moved = 0;
    for (int i = 0; i < x.numRows; i++) {
      double square = 0;
      for (int j = 0; j < x.numCols; j++) {
        double step = y.unsafe_get(i, j) - x.unsafe_get(i, j);
        square += step * step;
      }
      moved += square > most ? 1 : 0;
    }
    return moved;
  }
}
