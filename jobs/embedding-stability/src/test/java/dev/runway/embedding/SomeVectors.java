package dev.runway.embedding;

import java.util.Random;

/** Made-up vectors of items 0, 1, ... and what may happen to them; always the same by seed. */
public final class SomeVectors {
  /** Forty pairs for each of them are fewer than the thousand that anything takes. */
  public static final int DIMENSIONS = 8;

  private SomeVectors() {}

  /** Items in clusters. */
  public static float[][] clustered(int items, long seed) {
    Random random = new Random(seed);
    double[][] centres = new double[12][DIMENSIONS];
    for (double[] centre : centres) {
      for (int j = 0; j < DIMENSIONS; j++) {
        centre[j] = random.nextGaussian();
      }
    }
    float[][] vectors = new float[items][DIMENSIONS];
    for (float[] vector : vectors) {
      double[] centre = centres[random.nextInt(centres.length)];
      for (int j = 0; j < DIMENSIONS; j++) {
        vector[j] = (float) (0.1 + centre[j] + 0.6 * random.nextGaussian());
      }
    }
    return vectors;
  }

  /** Another training: every number moved. */
  public static float[][] noisy(float[][] vectors, double noise, long seed) {
    Random random = new Random(seed);
    float[][] result = new float[vectors.length][];
    for (int i = 0; i < result.length; i++) {
      result[i] = vectors[i].clone();
      for (int j = 0; j < result[i].length; j++) {
        result[i][j] += (float) (noise * random.nextGaussian());
      }
    }
    return result;
  }

  /** The coordinates in other places, half of them mirrored: a rotation. */
  public static float[][] rotated(float[][] vectors) {
    float[][] result = new float[vectors.length][];
    for (int i = 0; i < result.length; i++) {
      int size = vectors[i].length;
      result[i] = new float[size];
      for (int j = 0; j < size; j++) {
        result[i][j] = (j % 2 == 0 ? 1 : -1) * vectors[i][(j + 3) % size];
      }
    }
    return result;
  }

  /** The same vectors, each with another item. */
  public static float[][] swapped(float[][] vectors) {
    float[][] result = new float[vectors.length][];
    for (int i = 0; i < result.length; i++) {
      result[i] = vectors[(i + 1) % result.length];
    }
    return result;
  }
}
