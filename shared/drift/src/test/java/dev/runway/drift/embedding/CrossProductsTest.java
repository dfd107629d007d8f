package dev.runway.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against three plain loops, to the last bit: that is what makes results the same ones. */
class CrossProductsTest {

  /** Sizes on both sides of what is taken together. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 4",
    "2, 3, 8",
    "7, 9, 40",
    "31, 1023, 4",
    "32, 1024, 12",
    "33, 1025, 8",
    "70, 2060, 4"
  })
  void add_isTheSumOfProductsByFours(int height, int width, int rows) {
    double[][] left = random(rows, height + 3, 1);
    double[][] right = random(rows, width, 2);
    double[][] into = random(height, width, 3);
    double[][] expected = new double[height][];
    for (int i = 0; i < height; i++) {
      expected[i] = into[i].clone();
      for (int j = 0; j < width; j++) {
        expected[i][j] = plain(left, 3 + i, right, j, expected[i][j]);
      }
    }

    CrossProducts.add(left, 3, right, rows, into);

    assertThat(into).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 8", "5, 16", "32, 40", "33, 8", "65, 8", "1024, 4", "1025, 4", "1060, 8"})
  void add_toALowerTriangle_isThatOfTheWhole(int size, int rows) {
    double[][] both = random(rows, size, 4);
    double[][] into = new double[size][];
    double[][] expected = new double[size][];
    for (int i = 0; i < size; i++) {
      into[i] = random(1, i + 1, i)[0];
      expected[i] = into[i].clone();
      for (int j = 0; j <= i; j++) {
        expected[i][j] = plain(both, i, both, j, expected[i][j]);
      }
    }

    CrossProducts.add(both, 0, both, rows, into);

    assertThat(into).isEqualTo(expected);
  }

  private static double plain(double[][] left, int i, double[][] right, int j, double before) {
    double sum = before;
    for (int k = 0; k < left.length; k += 4) {
      double first = left[k][i] * right[k][j] + left[k + 1][i] * right[k + 1][j];
      sum += first + (left[k + 2][i] * right[k + 2][j] + left[k + 3][i] * right[k + 3][j]);
    }
    return sum;
  }

  private static double[][] random(int rows, int columns, long seed) {
    Random random = new Random(seed);
    double[][] numbers = new double[rows][columns];
    for (double[] row : numbers) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return numbers;
  }
}
