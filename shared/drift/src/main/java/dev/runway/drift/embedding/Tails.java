package dev.runway.drift.embedding;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * Shares of single items that fare much worse than a mean shows: where one id in ten has another
 * item's vector, nine tenths of every mean are as they were.
 */
final class Tails {
  /** Two neighbours of ten; unrelated vectors have 0.01 in common among a thousand items. */
  private static final double LOST_OVERLAP = 0.2;

  /** More than 60 degrees apart. */
  private static final double LOST_COSINE = 0.5;

  private static final double SHORTEST = 0.8;
  private static final double LONGEST = 1.25;

  private Tails() {}

  static EmbeddingReading neighboursLost(double[] overlaps) {
    return share(EmbeddingMetric.KNN_LOST, overlaps, overlap -> overlap <= LOST_OVERLAP);
  }

  static EmbeddingReading cosinesLost(EmbeddingMetric metric, double[] cosines) {
    return share(metric, cosines, cosine -> cosine < LOST_COSINE);
  }

  static EmbeddingReading normsChanged(PairSample sample) {
    float[][] before = sample.before();
    float[][] after = sample.after();
    double[] ratios = new double[before.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Math.sqrt(dot(after[i], after[i]) / dot(before[i], before[i]));
    }
    return share(
        EmbeddingMetric.NORM_CHANGED, ratios, ratio -> ratio < SHORTEST || ratio > LONGEST);
  }

  /** Cosine of each sampled item's two vectors as they are. */
  static double[] cosines(PairSample sample) {
    float[][] before = sample.before();
    float[][] after = sample.after();
    double[] cosines = new double[before.length];
    for (int i = 0; i < cosines.length; i++) {
      double squares = dot(before[i], before[i]) * dot(after[i], after[i]);
      cosines[i] = dot(before[i], after[i]) / Math.sqrt(squares);
    }
    return cosines;
  }

  /** Of two vectors of different dimensions, the narrower one counts as filled with zeros. */
  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int j = 0; j < Math.min(x.length, y.length); j++) {
      sum += (double) x[j] * y[j];
    }
    return sum;
  }

  private static EmbeddingReading share(
      EmbeddingMetric metric, double[] values, DoublePredicate isLost) {
    long lost = Arrays.stream(values).filter(isLost).count();
    return EmbeddingReading.share(metric, lost, values.length);
  }
}
