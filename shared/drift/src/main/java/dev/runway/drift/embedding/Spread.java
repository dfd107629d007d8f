package dev.runway.drift.embedding;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * How evenly the vectors of one version fill their space, from the spectrum of their covariance.
 *
 * @param spectrum of the sums of products around the mean
 * @param entropy of the shares of the eigenvalues, in nats
 */
record Spread(Spectrum spectrum, double entropy) {

  /** Directions below this share of all are none: their logarithm would be of rounding. */
  private static final double NOISE = 1e-13;

  static Spread of(DMatrixRMaj centred) {
    Spectrum spectrum = Spectrum.of(centred);
    double sum = spectrum.sum();
    double entropy = 0;
    for (double value : spectrum.values()) {
      double share = value / sum;
      entropy -= share > NOISE ? share * Math.log(share) : 0;
    }
    return new Spread(spectrum, entropy);
  }

  /** Dimensions that would carry the same entropy if all were equal: in [1, dimensions]. */
  double effectiveRank() {
    return Math.exp(entropy);
  }

  /** Square of the sum of the eigenvalues over the sum of their squares: in [1, dimensions]. */
  double participationRatio() {
    double sum = spectrum.sum();
    return sum / spectrum.sumOfSquares() * sum;
  }

  /**
   * Standard error of the effective rank.
   *
   * @param centred rows of this version's vectors, less the mean
   */
  double effectiveRankError(long n, DMatrixRMaj centred) {
    double sum = spectrum.sum();
    double rank = effectiveRank();
    double[] gradient = new double[spectrum.values().length];
    for (int i = 0; i < gradient.length; i++) {
      double share = spectrum.values()[i] / sum;
      gradient[i] = share > NOISE ? -rank * (Math.log(share) + entropy) / sum : 0;
    }
    return error(n, centred, gradient);
  }

  /** Standard error of the participation ratio. */
  double participationRatioError(long n, DMatrixRMaj centred) {
    double sum = spectrum.sum();
    double squares = spectrum.sumOfSquares();
    double[] gradient = new double[spectrum.values().length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = 2 * sum / squares * (1 - sum * spectrum.values()[i] / squares);
    }
    return error(n, centred, gradient);
  }

  private double error(long n, DMatrixRMaj centred, double[] gradient) {
    DMatrixRMaj parts = CommonOps_DDRM.multTransB(centred, spectrum.vectors(), null);
    double[] moved = new double[parts.numRows];
    for (int i = 0; i < moved.length; i++) {
      for (int j = 0; j < gradient.length; j++) {
        double part = parts.unsafe_get(i, j);
        moved[i] += gradient[j] * part * part;
      }
    }
    return SampleRows.standardError(n, moved);
  }

  /**
   * Mean cosine of two different vectors of one version.
   *
   * @param units sum of the vectors, each divided by its length
   */
  static double anisotropy(double[] units, long n) {
    return (CrossProducts.dot(units, units) - n) / n / (n - 1);
  }

  /** Standard error of it, from rows of vectors as they are. */
  static double anisotropyError(double[] units, long n, DMatrixRMaj rows) {
    double[] moved = new double[rows.numRows];
    for (int i = 0; i < moved.length; i++) {
      double sum = 0;
      for (int j = 0; j < units.length; j++) {
        sum += rows.unsafe_get(i, j) * units[j];
      }
      moved[i] = 2 * sum / Math.sqrt(SampleRows.dot(rows, rows, i)) / n / (n - 1);
    }
    return SampleRows.standardError(n, moved);
  }

  /**
   * Dimensions whose numbers hardly differ from vector to vector: with a standard deviation below
   * 1e-4 of what is usual in this version, or below what floats can tell from their mean.
   */
  static int deadDimensions(DMatrixRMaj products, DMatrixRMaj centred) {
    double usual = CommonOps_DDRM.trace(centred) / centred.numRows;
    int dead = 0;
    for (int i = 0; i < centred.numRows; i++) {
      double least = Math.max(1e-8 * usual, 1e-13 * products.unsafe_get(i, i));
      dead += centred.unsafe_get(i, i) > least ? 0 : 1;
    }
    return dead;
  }
}
