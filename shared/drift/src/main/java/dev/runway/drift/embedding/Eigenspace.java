package dev.runway.drift.embedding;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * How far the directions that the vectors of two versions span over their items agree.
 *
 * <p>With singular vectors U and V of the two, A = U'V is all that is needed, and it follows from
 * the sums of products alone: no power of them above the first is formed, which would square and
 * cube their condition.
 */
final class Eigenspace {

  /** A: directions of the older version x those of the newer one. */
  private final DMatrixRMaj agreement;

  private final DMatrixRMaj whiteningX;
  private final DMatrixRMaj whiteningY;

  /** Weights of the directions, both relative to the strongest one of either. */
  private final double[] weightsX;

  private final double[] weightsY;
  private final int directions;

  private Eigenspace(Spectrum x, Spectrum y, DMatrixRMaj xy) {
    whiteningX = x.whitening();
    whiteningY = y.whitening();
    DMatrixRMaj left = CommonOps_DDRM.mult(whiteningX, xy, null);
    agreement = CommonOps_DDRM.multTransB(left, whiteningY, null);
    double strongest = Math.max(x.values()[0], y.values()[0]);
    weightsX = Arrays.stream(x.values(), 0, x.rank()).map(value -> value / strongest).toArray();
    weightsY = Arrays.stream(y.values(), 0, y.rank()).map(value -> value / strongest).toArray();
    directions = Math.max(weightsX.length, weightsY.length);
  }

  static Eigenspace of(PairMoments moments) {
    return new Eigenspace(Spectrum.of(moments.xx), Spectrum.of(moments.yy), moments.xy);
  }

  /** Share of directions in common, in [0, 1]: |A|^2 over the directions of the richer version. */
  double overlap() {
    double norm = NormOps_DDRM.normF(agreement);
    return norm * norm / directions;
  }

  /**
   * Eigenspace instability with the cubes of the spectra as weights (alpha = 3), both versions
   * being their own anchors: 0 if the same directions are spanned, 1 if none are shared.
   */
  double instability() {
    return 1 - common() / all();
  }

  private double common() {
    double sum = 0;
    for (int i = 0; i < weightsX.length; i++) {
      for (int j = 0; j < weightsY.length; j++) {
        double a = agreement.unsafe_get(i, j);
        sum += (cube(weightsX[i]) + cube(weightsY[j])) * a * a;
      }
    }
    return sum;
  }

  private double all() {
    return Arrays.stream(weightsX).map(Eigenspace::cube).sum()
        + Arrays.stream(weightsY).map(Eigenspace::cube).sum();
  }

  private static double cube(double value) {
    return value * value * value;
  }

  /** The sampled pairs in the coordinates in which the standard errors are known. */
  SampleRows whitened(SampleRows rows) {
    return rows.mapped(whiteningX, whiteningY);
  }

  /** Standard error of the overlap, from whitened rows. */
  double overlapError(long n, SampleRows whitened) {
    return whitened.standardError(
        n,
        () -> scaled(-1.0, CommonOps_DDRM.multTransB(agreement, agreement, null)),
        () -> scaled(2.0, agreement.copy()),
        () -> scaled(-1.0, CommonOps_DDRM.multTransA(agreement, agreement, null)));
  }

  private DMatrixRMaj scaled(double by, DMatrixRMaj matrix) {
    CommonOps_DDRM.scale(by / directions, matrix);
    return matrix;
  }

  /** Standard error of the instability, from whitened rows. */
  double instabilityError(long n, SampleRows whitened) {
    double all = all();
    double share = common() / all;
    return whitened.standardError(
        n,
        () -> gradient(agreement, weightsX, weightsY, all, share),
        () -> crossGradient(all),
        () -> gradient(CommonOps_DDRM.transpose(agreement, null), weightsY, weightsX, all, share));
  }

  private DMatrixRMaj crossGradient(double all) {
    DMatrixRMaj gradient = agreement.copy();
    for (int i = 0; i < weightsX.length; i++) {
      for (int j = 0; j < weightsY.length; j++) {
        double weight = cube(weightsX[i]) + cube(weightsY[j]);
        gradient.unsafe_set(i, j, -2 * weight * agreement.unsafe_get(i, j) / all);
      }
    }
    return gradient;
  }

  /**
   * In the products of one version with itself: its spectrum, and the directions it projects on.
   */
  private static DMatrixRMaj gradient(
      DMatrixRMaj agreement, double[] own, double[] other, double all, double share) {
    DMatrixRMaj weighted = agreement.copy();
    for (int i = 0; i < own.length; i++) {
      for (int j = 0; j < other.length; j++) {
        weighted.unsafe_set(i, j, agreement.unsafe_get(i, j) * cube(other[j]));
      }
    }
    DMatrixRMaj gradient = CommonOps_DDRM.multTransB(weighted, agreement, null);
    DMatrixRMaj projected = CommonOps_DDRM.multTransB(agreement, agreement, null);
    for (int i = 0; i < own.length; i++) {
      for (int j = 0; j < own.length; j++) {
        double moved = gradient.get(i, j) - 2 * own[i] * projected.get(i, j) * own[j] * own[j];
        double spectrum = i == j ? 3 * share * cube(own[i]) : 0;
        gradient.set(i, j, (moved + spectrum) / all);
      }
    }
    return gradient;
  }
}
