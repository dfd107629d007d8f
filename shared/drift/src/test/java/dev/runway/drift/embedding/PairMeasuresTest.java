package dev.runway.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Test;

/** Measures from sums against what they are defined as on the vectors themselves. */
class PairMeasuresTest {

  private static final int ITEMS = 60;
  private final float[][] x = Spaces.clustered(ITEMS, 8, 1);
  private final float[][] y = Spaces.noisy(Spaces.rotated(x, 2), 0.4, 3);

  private static PairMoments moments(float[][] before, float[][] after) {
    return new PairMoments(Spaces.sums(before, after, before.length));
  }

  private static DMatrixRMaj matrix(float[][] rows) {
    return SampleRows.of(rows, rows, rows.length).x();
  }

  private static float[][] moved(float[][] vectors, float by) {
    return Spaces.mapped(
        vectors,
        vector -> {
          float[] result = vector.clone();
          for (int j = 0; j < result.length; j++) {
            result[j] += by;
          }
          return result;
        });
  }

  /** Unbiased HSIC of two kernels, from its definition over their matrices without diagonals. */
  private static double hsic(DMatrixRMaj k, DMatrixRMaj l) {
    int n = k.numRows;
    double trace = 0;
    double product = 0;
    for (int i = 0; i < n; i++) {
      double rowK = 0;
      double rowL = 0;
      for (int j = 0; j < n; j++) {
        trace += i == j ? 0 : k.get(i, j) * l.get(i, j);
        rowK += i == j ? 0 : k.get(i, j);
        rowL += i == j ? 0 : l.get(i, j);
      }
      product += rowK * rowL;
    }
    double sums = offDiagonal(k) * offDiagonal(l);
    return (trace + sums / (n - 1) / (n - 2) - 2 * product / (n - 2)) / n / (n - 3);
  }

  private static double offDiagonal(DMatrixRMaj k) {
    return CommonOps_DDRM.elementSum(k) - CommonOps_DDRM.trace(k);
  }

  @Test
  void debiasedCka_isTheUnbiasedDependenceOfTheKernels() {
    DMatrixRMaj k = CommonOps_DDRM.multTransB(matrix(x), matrix(x), null);
    DMatrixRMaj l = CommonOps_DDRM.multTransB(matrix(y), matrix(y), null);
    double expected = hsic(k, l) / Math.sqrt(hsic(k, k) * hsic(l, l));

    assertThat(Cka.of(moments(x, y)).debiased()).isCloseTo(expected, within(1e-10));
  }

  @Test
  void cka_ofRotatedScaledAndMovedVectors_isOne() {
    Cka cka = Cka.of(moments(x, moved(Spaces.scaled(Spaces.rotated(x, 4), 3), 5)));

    assertThat(cka.plain()).isCloseTo(1, within(1e-6));
    assertThat(cka.debiased()).isCloseTo(1, within(1e-6));
  }

  /** Far from the origin most digits go into the mean; what is left must still do. */
  @Test
  void cka_ofVectorsFarFromTheOrigin_isTheSame() {
    float[][] farX = moved(x, 500);
    float[][] farY = moved(y, -800);
    // What floats leave of the vectors after they have been moved.
    Cka expected = Cka.of(moments(moved(farX, -500), moved(farY, 800)));
    Cka cka = Cka.of(moments(farX, farY));

    assertThat(cka.plain()).isCloseTo(expected.plain(), within(1e-7));
    // Fourth moments lose the square of what second ones do, and weigh one nth of them.
    assertThat(cka.debiased()).isCloseTo(expected.debiased(), within(1e-5));
  }

  @Test
  void cka_ofUnrelatedVectors_isBiasedUnlessDebiased() {
    float[][] other = Spaces.noisy(new float[ITEMS][8], 1, 9);
    Cka cka = Cka.of(moments(Spaces.noisy(new float[ITEMS][8], 1, 8), other));

    assertThat(cka.plain()).isGreaterThan(0.08);
    assertThat(cka.debiased()).isCloseTo(0, within(0.05));
  }

  private static DMatrixRMaj leftVectors(float[][] rows) {
    DMatrixRMaj matrix = matrix(rows);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.numRows, matrix.numCols, true, true, true);
    svd.decompose(matrix.copy());
    return svd.getU(null, false);
  }

  private static double trace(DMatrixRMaj... factors) {
    DMatrixRMaj product = factors[0];
    for (int i = 1; i < factors.length; i++) {
      product = CommonOps_DDRM.mult(product, factors[i], null);
    }
    return CommonOps_DDRM.trace(product);
  }

  private static DMatrixRMaj cubedKernel(float[][] rows) {
    DMatrixRMaj k = CommonOps_DDRM.multTransB(matrix(rows), matrix(rows), null);
    return CommonOps_DDRM.mult(k, CommonOps_DDRM.mult(k, k, null), null);
  }

  /** tr((P + Q - 2 Q P) S) / tr S with projections P, Q and S = (X X')^3 + (Y Y')^3. */
  @Test
  void eigenspace_ofDifferentDimensions_isThatOfTheSingularVectors() {
    float[][] narrow = Spaces.truncated(y, 6);
    DMatrixRMaj u = leftVectors(x);
    DMatrixRMaj v = leftVectors(narrow);
    DMatrixRMaj p = CommonOps_DDRM.multTransB(u, u, null);
    DMatrixRMaj q = CommonOps_DDRM.multTransB(v, v, null);
    DMatrixRMaj s = CommonOps_DDRM.add(cubedKernel(x), cubedKernel(narrow), null);
    double instability = (trace(p, s) + trace(q, s) - 2 * trace(q, p, s)) / CommonOps_DDRM.trace(s);
    double norm = NormOps_DDRM.normF(CommonOps_DDRM.multTransA(u, v, null));

    Eigenspace eigenspace = Eigenspace.of(moments(x, narrow));
    assertThat(eigenspace.instability()).isCloseTo(instability, within(1e-9));
    assertThat(eigenspace.overlap()).isCloseTo(norm * norm / 8, within(1e-9));
  }

  @Test
  void eigenspace_ofTheSameVectorsInFewerDirectionsThanDimensions_isTheSame() {
    float[][] flat = Spaces.rotated(Spaces.blanked(x, 5), 6);
    Eigenspace eigenspace = Eigenspace.of(moments(flat, Spaces.rotated(flat, 7)));

    assertThat(eigenspace.instability()).isCloseTo(0, within(1e-6));
    assertThat(eigenspace.overlap()).isCloseTo(1, within(1e-6));
  }

  @Test
  void procrustes_findsTheRotation() {
    Procrustes procrustes = Procrustes.of(moments(x, Spaces.scaled(Spaces.rotated(x, 2), 2)));
    DMatrixRMaj rotated = CommonOps_DDRM.mult(matrix(x), procrustes.rotation(), null);
    DMatrixRMaj expected = matrix(Spaces.rotated(x, 2));

    assertThat(procrustes.normalisedResidual()).isCloseTo(0, within(1e-9));
    assertThat(NormOps_DDRM.normF(CommonOps_DDRM.subtract(rotated, expected, null)))
        .isCloseTo(0, within(1e-4));
  }

  @Test
  void procrustes_leavesWhatTheRotatedVectorsDiffer() {
    Procrustes procrustes = Procrustes.of(moments(x, y));
    DMatrixRMaj rotated = CommonOps_DDRM.mult(matrix(x), procrustes.rotation(), null);
    double left = NormOps_DDRM.normF(CommonOps_DDRM.subtract(rotated, matrix(y), null));

    assertThat(procrustes.residual()).isCloseTo(left * left, within(1e-8));
  }

  /** A truncation keeps its own coordinates best, and loses exactly what was cut off. */
  @Test
  void procrustes_ofTruncatedVectors_isOfWhatIsFilledWithZeros() {
    float[][] independent = Spaces.noisy(new float[4_000][8], 1, 5);
    Procrustes narrow = Procrustes.of(moments(independent, Spaces.truncated(independent, 6)));
    Procrustes filled = Procrustes.of(moments(independent, Spaces.blanked(independent, 6)));

    assertThat(narrow.rotation().numRows).isEqualTo(8);
    assertThat(narrow.rotation().numCols).isEqualTo(6);
    assertThat(narrow.residual()).isCloseTo(filled.residual(), within(1e-6));
    assertThat(narrow.normalisedResidual()).isCloseTo(2 - 2 * Math.sqrt(6 / 8.0), within(0.01));
  }

  @Test
  void neighbours_areThoseOfASort() {
    int k = 5;
    Neighbours found = Neighbours.of(x, y, ITEMS, k);
    for (int i = 0; i < ITEMS; i++) {
      List<Integer> before = sorted(x, i).subList(0, k);
      long common = sorted(y, i).subList(0, k).stream().filter(before::contains).count();
      assertThat(found.overlaps()[i]).isEqualTo(common / (double) k);
      assertThat(found.jaccards()[i]).isEqualTo(common / (2.0 * k - common));
    }
    assertThat(Neighbours.of(x, y, 7, k).overlaps()).isEqualTo(Arrays.copyOf(found.overlaps(), 7));
    assertThatThrownBy(() -> Neighbours.of(x, y, 7, ITEMS)).hasMessageContaining("60 neighbours");
  }

  private static List<Integer> sorted(float[][] vectors, int query) {
    double[] cosines = new double[vectors.length];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = cosine(vectors[query], vectors[i]);
    }
    return IntStream.range(0, cosines.length)
        .filter(i -> i != query)
        .boxed()
        .sorted(Comparator.comparing(i -> -cosines[i]))
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int j = 0; j < a.length; j++) {
      product += (double) a[j] * b[j];
      squareA += (double) a[j] * a[j];
      squareB += (double) b[j] * b[j];
    }
    return product / Math.sqrt(squareA) / Math.sqrt(squareB);
  }

  @Test
  void equallyNearItems_areTakenByTheirOrder() {
    float[][] same = {{1, 0}, {1, 0}, {1, 0}, {1, 0}};
    float[][] other = {{1, 0}, {1, 0}, {0, 1}, {1, 0}};
    Neighbours found = Neighbours.of(same, other, 4, 1);

    // Of item 0 that is 1 in both; of item 2, turned away, it is 0, whose cosine is no less.
    assertThat(found.overlaps()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void deadDimensions_areThoseWithOneNumber() {
    float[][] dead =
        Spaces.mapped(
            x,
            vector -> {
              float[] result = vector.clone();
              result[2] = 1_000.1f;
              result[5] = 0;
              return result;
            });
    PairMoments moments = moments(x, dead);

    assertThat(Spread.deadDimensions(moments.xx, moments.centredXx)).isZero();
    assertThat(Spread.deadDimensions(moments.yy, moments.centredYy)).isEqualTo(2);
  }

  @Test
  void effectiveRank_ofEvenAndOfSingleDirections_isTheirNumber() {
    float[][] even = Spaces.noisy(new float[20_000][6], 1, 5);
    float[][] single = Spaces.mapped(even, vector -> new float[] {vector[0], 0, 0, 0, 0, 0});
    PairMoments moments = moments(even, single);

    assertThat(Spread.of(moments.centredXx).effectiveRank()).isCloseTo(6, within(0.01));
    assertThat(Spread.of(moments.centredXx).participationRatio()).isCloseTo(6, within(0.01));
    assertThat(Spread.of(moments.centredYy).effectiveRank()).isCloseTo(1, within(1e-9));
    assertThat(Spread.of(moments.centredYy).participationRatio()).isCloseTo(1, within(1e-9));
  }

  /** The mean map in one pass tends to the discrepancy of the kernel, merged or not. */
  @Test
  void fourierMeans_tendToTheDiscrepancy() {
    Random random = new Random(3);
    double[][] before = doubles(Spaces.truncated(x, 3));
    double[][] after = doubles(Spaces.truncated(moved(y, 0.5f), 3));
    double width = Mmd.medianWidth(before);
    double[][] frequencies = new double[4_000][3];
    double[] phases = new double[frequencies.length];
    for (int i = 0; i < phases.length; i++) {
      phases[i] = 2 * Math.PI * random.nextDouble();
      for (int j = 0; j < 3; j++) {
        frequencies[i][j] = random.nextGaussian() / Math.sqrt(width);
      }
    }
    FourierMeans first = new FourierMeans(frequencies, phases);
    FourierMeans second = new FourierMeans(frequencies, phases);
    FourierMeans other = new FourierMeans(frequencies, phases);
    for (int i = 0; i < ITEMS; i++) {
      (i % 3 == 0 ? first : second).add(before[i]);
      other.add(after[i]);
    }
    first.merge(second);

    assertThat(first.squaredDistance(other))
        .isCloseTo(Mmd.of(before, after, width).biased(), within(0.02));
    assertThat(first.squaredDistance(other)).isGreaterThan(0.05);
  }

  private static double[][] doubles(float[][] rows) {
    double[][] doubles = new double[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        doubles[i][j] = rows[i][j];
      }
    }
    return doubles;
  }
}
