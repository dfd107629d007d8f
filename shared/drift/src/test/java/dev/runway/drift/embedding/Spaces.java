package dev.runway.drift.embedding;

import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.RandomMatrices_DDRM;

/** Made-up embeddings of items 0, 1, ... and what may happen to them; always the same by seed. */
public final class Spaces {

  private Spaces() {}

  /** Items in clusters, directions of falling strength, and a mean that is not zero. */
  public static float[][] clustered(int items, int dimensions, long seed) {
    Random random = new Random(seed);
    double[][] centres = new double[25][dimensions];
    for (double[] centre : centres) {
      for (int j = 0; j < dimensions; j++) {
        centre[j] = random.nextGaussian() / Math.sqrt(1 + j / 4.0);
      }
    }
    float[][] vectors = new float[items][dimensions];
    for (int i = 0; i < items; i++) {
      double[] centre = centres[random.nextInt(centres.length)];
      for (int j = 0; j < dimensions; j++) {
        double own = 0.6 * random.nextGaussian() / Math.sqrt(1 + j / 4.0);
        vectors[i][j] = (float) (0.1 + centre[j] + own);
      }
    }
    return vectors;
  }

  /** Another training: every number moved by noise. */
  public static float[][] noisy(float[][] vectors, double noise, long seed) {
    Random random = new Random(seed);
    return mapped(
        vectors,
        vector -> {
          float[] result = vector.clone();
          for (int j = 0; j < result.length; j++) {
            result[j] += (float) (noise * random.nextGaussian());
          }
          return result;
        });
  }

  public static float[][] rotated(float[][] vectors, long seed) {
    int size = vectors[0].length;
    DMatrixRMaj q = RandomMatrices_DDRM.orthogonal(size, size, new Random(seed));
    return mapped(
        vectors,
        vector -> {
          float[] result = new float[size];
          for (int j = 0; j < size; j++) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
              sum += vector[i] * q.get(i, j);
            }
            result[j] = (float) sum;
          }
          return result;
        });
  }

  /** The same vectors, each with another item. */
  public static float[][] swapped(float[][] vectors) {
    float[][] result = new float[vectors.length][];
    for (int i = 0; i < result.length; i++) {
      result[i] = vectors[(i + 1) % result.length];
    }
    return result;
  }

  public static float[][] scaled(float[][] vectors, float factor) {
    return mapped(
        vectors,
        vector -> {
          float[] result = vector.clone();
          for (int j = 0; j < result.length; j++) {
            result[j] *= factor;
          }
          return result;
        });
  }

  public static float[][] truncated(float[][] vectors, int dimensions) {
    return mapped(vectors, vector -> Arrays.copyOf(vector, dimensions));
  }

  /** The last dimensions set to zero. */
  public static float[][] blanked(float[][] vectors, int kept) {
    return mapped(vectors, vector -> Arrays.copyOf(Arrays.copyOf(vector, kept), vector.length));
  }

  public static float[][] mapped(float[][] vectors, UnaryOperator<float[]> change) {
    float[][] result = new float[vectors.length][];
    for (int i = 0; i < result.length; i++) {
      result[i] = change.apply(vectors[i]);
    }
    return result;
  }

  public static PairStatistics statistics(float[][] before, float[][] after, int sample) {
    PairStatistics statistics = new PairStatistics(before[0].length, after[0].length, sample);
    for (int i = 0; i < before.length; i++) {
      statistics.add(ItemHash.of(i), before[i], after[i]);
    }
    return statistics;
  }

  /** Sums of the first pairs. */
  static PairSums sums(float[][] before, float[][] after, int pairs) {
    PairSums sums = new PairSums(before[0].length, after[0].length);
    for (int i = 0; i < pairs; i++) {
      sums.add(before[i], after[i]);
    }
    return sums;
  }
}
