package dev.runway.drift.embedding;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * The mean vectors of two versions, not aligned: of two dimensions, the narrower one is filled with
 * zeros.
 */
final class Centroids {
  private final PairMoments moments;
  private final double[] x;
  private final double[] y;
  private final double lengthX;
  private final double lengthY;

  Centroids(PairMoments moments) {
    this.moments = moments;
    int dimensions = Math.max(moments.meanX.length, moments.meanY.length);
    x = Arrays.copyOf(moments.meanX, dimensions);
    y = Arrays.copyOf(moments.meanY, dimensions);
    lengthX = Math.sqrt(CrossProducts.dot(x, x));
    lengthY = Math.sqrt(CrossProducts.dot(y, y));
  }

  /** Distance of the two means. */
  double distance() {
    double[] shift = shift();
    return Math.sqrt(CrossProducts.dot(shift, shift));
  }

  private double[] shift() {
    double[] shift = new double[x.length];
    for (int j = 0; j < shift.length; j++) {
      shift[j] = y[j] - x[j];
    }
    return shift;
  }

  double distanceError() {
    double[] direction = shift();
    double distance = distance();
    double[] opposite = new double[direction.length];
    for (int j = 0; j < direction.length; j++) {
      direction[j] = distance == 0 ? 0 : direction[j] / distance;
      opposite[j] = -direction[j];
    }
    return error(opposite, direction);
  }

  /** Cosine of the two means, NaN where one of them is zero. */
  double cosine() {
    return CrossProducts.dot(x, y) / lengthX / lengthY;
  }

  double cosineError() {
    double cosine = cosine();
    double[] ofX = new double[x.length];
    double[] ofY = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      ofX[j] = (y[j] / lengthY - cosine * x[j] / lengthX) / lengthX;
      ofY[j] = (x[j] / lengthX - cosine * y[j] / lengthY) / lengthY;
    }
    return error(ofX, ofY);
  }

  /** Standard error of what moves by these gradients with the two means. */
  private double error(double[] ofX, double[] ofY) {
    double variance =
        quadratic(ofX, moments.centredXx, ofX)
            + quadratic(ofY, moments.centredYy, ofY)
            + 2 * quadratic(ofX, moments.centredXy, ofY);
    return Math.sqrt(Math.max(0, variance) / (moments.n - 1)) / Math.sqrt((double) moments.n);
  }

  private static double quadratic(double[] left, DMatrixRMaj matrix, double[] right) {
    double sum = 0;
    for (int i = 0; i < matrix.numRows; i++) {
      for (int j = 0; j < matrix.numCols; j++) {
        sum += left[i] * matrix.unsafe_get(i, j) * right[j];
      }
    }
    return sum;
  }
}
