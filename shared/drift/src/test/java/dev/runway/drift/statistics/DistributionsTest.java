package dev.runway.drift.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionsTest {

  @ParameterizedTest
  @CsvSource({
    "1, 0",
    "9, 0",
    "9, 0.5",
    "1, 3",
    "9, 95",
    "19, 1000",
    "40, 9999",
    "9, 10001",
    "9, 25000"
  })
  void noncentralQuantile_isTheInverseOfTheTail(double df, double lambda) {
    for (double p : new double[] {1e-6, 0.01, 0.5, 0.95, 0.99, 0.9995, 1 - 1e-9}) {
      double x = NoncentralChiSquared.quantile(p, df, lambda);
      double upper = NoncentralChiSquared.survival(x, df, lambda);

      assertThat(upper).isCloseTo(1 - p, offset(1e-6 * (1 - p) + 1e-9 * p));
    }
  }

  /** Where the approximation takes over, it has to agree with the sum. */
  @Test
  void noncentralTail_aroundTheChangeOfMethod_isTheSame() {
    for (double x = 9_600; x < 10_500; x += 50) {
      double sum = NoncentralChiSquared.survival(x, 9, 10_000);
      double approximation = NoncentralChiSquared.survival(x, 9, 10_000.0001);
      assertThat(approximation).isCloseTo(sum, offset(1e-5));
    }
  }

  @Test
  void noncentralTail_isThatOfSquaredNormals() {
    Random random = new Random(1);
    int above = 0;
    int runs = 200_000;
    for (int i = 0; i < runs; i++) {
      double sum = 0;
      for (int k = 0; k < 4; k++) {
        double z = random.nextGaussian() + (k == 0 ? 3 : 0);
        sum += z * z;
      }
      above += sum > 20 ? 1 : 0;
    }

    assertThat(NoncentralChiSquared.survival(20, 4, 9))
        .isCloseTo((double) above / runs, offset(0.003));
  }

  /** With no degree of freedom left PSI is 0 and says nothing. */
  @Test
  void zeroDegrees_haveAllMassAtZero() {
    assertThat(ChiSquared.survival(0, 0)).isEqualTo(1);
    assertThat(ChiSquared.survival(1e-9, 0)).isZero();
    assertThat(ChiSquared.quantile(0.99, 0)).isZero();
    assertThat(NoncentralChiSquared.survival(0, 0, 50)).isEqualTo(1);
  }

  @Test
  void student_withManyDegrees_isNormal() {
    assertThat(StudentT.twoSided(1.96, 1e7)).isCloseTo(Normal.twoSided(1.96), offset(1e-6));
    assertThat(StudentT.twoSided(12.706, 1)).isCloseTo(0.05, offset(1e-4));
  }

  @Test
  void twoProportions_materialChange_isOneBeyondWhatIsTolerated() {
    assertThat(TwoProportions.of(20, 1000, 30, 1000, 1).pMaterial(0.01))
        .isEqualTo(0.5, offset(1e-9));
    assertThat(TwoProportions.of(200, 10_000, 220, 10_000, 1).pMaterial(0.01)).isGreaterThan(0.99);
    assertThat(TwoProportions.of(200, 10_000, 600, 10_000, 1).pMaterial(0.01)).isLessThan(1e-9);
    assertThat(TwoProportions.of(600, 10_000, 200, 10_000, 1).pMaterial(0.01)).isLessThan(1e-9);
    // As much said by a tenth as many independent events.
    assertThat(TwoProportions.of(200, 10_000, 400, 10_000, 10).pMaterial(0.01))
        .isEqualTo(TwoProportions.of(20, 1000, 40, 1000, 1).pMaterial(0.01), offset(1e-12));
    assertThat(TwoProportions.of(0, 1000, 0, 1000, 1).pMaterial(0.01)).isGreaterThan(0.99);
  }
}
