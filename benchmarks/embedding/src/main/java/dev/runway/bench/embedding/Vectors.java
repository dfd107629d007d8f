package dev.runway.bench.embedding;

import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import java.util.Random;

/** Made-up vectors, the same by seed. */
final class Vectors {
  private static final long NOON = 1_700_000_000_000L;

  private Vectors() {}

  static float[][] random(int items, int dimensions, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[items][dimensions];
    for (float[] vector : vectors) {
      for (int j = 0; j < dimensions; j++) {
        vector[j] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  /** The vector of one item. */
  static float[] of(int item, int dimensions, long seed) {
    Random random = new Random(seed * 1_000_003 + item);
    float[] vector = new float[dimensions];
    for (int j = 0; j < dimensions; j++) {
      vector[j] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** The coordinates in other places, half of them mirrored: a rotation. */
  static float[] rotated(float[] vector) {
    float[] rotated = new float[vector.length];
    for (int j = 0; j < vector.length; j++) {
      rotated[j] = (j % 2 == 0 ? 1 : -1) * vector[(j + 3) % vector.length];
    }
    return rotated;
  }

  /** Another training of the same. */
  static float[][] again(float[][] vectors, long seed) {
    float[][] noise = random(vectors.length, vectors[0].length, seed);
    for (int i = 0; i < noise.length; i++) {
      for (int j = 0; j < noise[i].length; j++) {
        noise[i][j] = vectors[i][j] + 0.1f * noise[i][j];
      }
    }
    return noise;
  }

  /** Events of items 0, 1, ... as Runway itself writes them. */
  static byte[][] events(float[][] vectors) {
    byte[][] events = new byte[vectors.length][];
    for (int i = 0; i < events.length; i++) {
      events[i] = EmbeddingCodec.write(new Embedding("bench", "v1", id(i), vectors[i], NOON, NOON));
    }
    return events;
  }

  static String id(int item) {
    return "item-" + item;
  }

  static long storedAt() {
    return NOON;
  }
}
