package dev.runway.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairSumsTest {

  private static final int BEFORE = 7;
  private static final int AFTER = 5;

  /** Numbers of very different size, with a mean far from zero in some dimensions. */
  private static float[][] vectors(int items, int dimensions, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[items][dimensions];
    for (float[] vector : vectors) {
      for (int j = 0; j < dimensions; j++) {
        vector[j] = (float) (Math.pow(10, j % 4) * (j % 3 + random.nextGaussian()));
      }
    }
    return vectors;
  }

  /** All sums in one row, beside the sum of the magnitudes of their terms. */
  private static double[] all(PairSums sums) {
    List<double[]> parts = new ArrayList<>();
    for (VersionSums version : List.of(sums.before(), sums.after())) {
      parts.add(new double[] {version.norms, version.fourths});
      parts.add(version.sum);
      parts.add(version.ownWeighted);
      parts.add(version.otherWeighted);
      parts.add(version.units);
      Collections.addAll(parts, version.gram);
    }
    Collections.addAll(parts, sums.cross());
    parts.add(new double[] {sums.normProducts(), sums.squareProducts()});
    parts.add(new double[] {sums.cosines(), sums.cosineSquares()});
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static float[][] magnitudes(float[][] vectors) {
    return Spaces.mapped(
        vectors,
        vector -> {
          float[] result = vector.clone();
          for (int j = 0; j < result.length; j++) {
            result[j] = Math.abs(result[j]);
          }
          return result;
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 8, 9, 127, 128, 129, 300})
  void sums_areThoseOfTheirDefinition(int items) {
    float[][] x = vectors(items + 1, BEFORE, 1);
    float[][] y = vectors(items + 1, AFTER, 2);
    PairSums sums = Spaces.sums(x, y, items);

    assertThat(sums.pairs()).isEqualTo(items);
    double[][] cross = new double[BEFORE][AFTER];
    double[][] gram = new double[AFTER][AFTER];
    double[] byOther = new double[BEFORE];
    for (int k = 0; k < items; k++) {
      double square = 0;
      for (float value : y[k]) {
        square += (double) value * value;
      }
      for (int i = 0; i < BEFORE; i++) {
        byOther[i] += x[k][i] * square;
        for (int j = 0; j < AFTER; j++) {
          cross[i][j] += (double) x[k][i] * y[k][j];
        }
      }
      for (int i = 0; i < AFTER; i++) {
        for (int j = 0; j <= i; j++) {
          gram[i][j] += (double) y[k][i] * y[k][j];
        }
      }
    }
    for (int i = 0; i < BEFORE; i++) {
      assertThat(sums.before().otherWeighted[i])
          .isCloseTo(byOther[i], within(1e-9 * (1 + Math.abs(byOther[i]))));
      for (int j = 0; j < AFTER; j++) {
        assertThat(sums.cross()[i][j])
            .isCloseTo(cross[i][j], within(1e-9 * (1 + Math.abs(cross[i][j]))));
      }
    }
    for (int i = 0; i < AFTER; i++) {
      for (int j = 0; j <= i; j++) {
        assertThat(sums.after().gram[i][j])
            .isCloseTo(gram[i][j], within(1e-9 * (1 + Math.abs(gram[i][j]))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySplitAndOrder_givesTheSameSums(long seed) throws IOException {
    Random random = new Random(seed);
    int items = 2_000;
    float[][] x = vectors(items, BEFORE, seed);
    float[][] y = vectors(items, AFTER, seed + 100);
    double[] expected = all(Spaces.sums(x, y, items));
    double[] scale = all(Spaces.sums(magnitudes(x), magnitudes(y), items));

    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    List<PairSums> parts = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(20); i++) {
      parts.add(new PairSums(BEFORE, AFTER));
    }
    for (int i : order) {
      parts.get(random.nextInt(parts.size())).add(x[i], y[i]);
    }
    while (parts.size() > 1) {
      PairSums part = parts.remove(random.nextInt(parts.size()));
      PairSums stored =
          random.nextBoolean() ? part : Bytes.read(Bytes.of(part::write), PairSums::read);
      parts.get(random.nextInt(parts.size())).merge(stored);
    }

    double[] actual = all(parts.get(0));
    assertThat(parts.get(0).pairs()).isEqualTo(items);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-9 * scale[i]));
    }
  }

  @Test
  void vectorsThatAreNoNumbersOrZero_areCountedAndInNoSum() {
    PairSums sums = new PairSums(2, 2);
    float[] good = {1, 2};
    assertThat(sums.add(good, new float[] {Float.NaN, 1})).isFalse();
    assertThat(sums.add(new float[] {1, Float.NEGATIVE_INFINITY}, good)).isFalse();
    assertThat(sums.add(new float[] {0, -0f}, new float[] {Float.NaN, 1})).isFalse();
    assertThat(sums.add(good, new float[] {Float.MAX_VALUE, Float.MIN_VALUE})).isTrue();

    assertThat(sums.pairs()).isEqualTo(1);
    assertThat(sums.unusablePairs()).isEqualTo(3);
    assertThat(sums.before().notFinite).isEqualTo(1);
    assertThat(sums.before().zero).isEqualTo(1);
    assertThat(sums.after().notFinite).isEqualTo(2);
    assertThat(sums.after().zero).isZero();
    assertThat(sums.before().sum).containsExactly(1, 2);
    assertThat(sums.before().gram[1]).containsExactly(2, 4);
  }

  @Test
  void vectorsAndSumsOfOtherDimensions_areRefused() {
    PairSums sums = new PairSums(2, 3);
    assertThatThrownBy(() -> sums.add(new float[] {1, 2}, new float[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 dimensions in a version of 3");
    assertThatThrownBy(() -> sums.merge(new PairSums(3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 and 2");
    assertThatThrownBy(() -> new PairSums(1, PairSums.MAX_DIMENSIONS + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(sums.pairs()).isZero();
  }

  @Test
  void read_ofWhatIsNoSums_saysWhy() throws IOException {
    byte[] bytes = Bytes.of(Spaces.sums(vectors(5, 2, 1), vectors(5, 3, 2), 5)::write);

    byte[] newer = bytes.clone();
    newer[0] = 2;
    assertThatThrownBy(() -> Bytes.read(newer, PairSums::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
    byte[] huge = {1, (byte) 0x80, 0x20, (byte) 0x80, 0x20, 0, 0, 0};
    assertThatThrownBy(() -> Bytes.read(huge, PairSums::read)).isInstanceOf(EOFException.class);
    byte[] wide = {1, (byte) 0x81, 0x20, 1};
    assertThatThrownBy(() -> Bytes.read(wide, PairSums::read))
        .hasMessageContaining("dimensions 4097 exceeds 4096");
    byte[] noNumber = bytes.clone();
    noNumber[bytes.length - 8] = 0x7f;
    noNumber[bytes.length - 7] = (byte) 0xf8;
    assertThatThrownBy(() -> Bytes.read(noNumber, PairSums::read))
        .hasMessageContaining("a sum is NaN");
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Bytes.read(cut, PairSums::read)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void add_inSteadyState_allocatesNothing() {
    float[][] x = vectors(320, 64, 1);
    float[][] y = vectors(320, 64, 2);
    PairSums sums = new PairSums(64, 64);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    // The compiler takes its time before nothing is allocated any more.
    for (int round = 0; round < 50 && least >= x.length; round++) {
      long start = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < x.length; i++) {
        sums.add(x[i], y[i]);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - start);
    }
    assertThat(least).isLessThan(x.length);
  }
}
