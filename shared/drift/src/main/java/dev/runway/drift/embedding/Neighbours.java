package dev.runway.drift.embedding;

import java.util.Arrays;

/**
 * How many of an item's nearest neighbours by cosine are the same in two versions.
 *
 * <p>Overlap among sampled items is not that of the whole catalogue, and may be above or below it:
 * two overlaps can be compared if they are of the same number of candidates and the same k.
 *
 * @param overlaps per queried item: share of its k neighbours that both versions have
 * @param jaccards per queried item: common neighbours over those of either version
 */
record Neighbours(double[] overlaps, double[] jaccards) {

  /** Queries that are compared with all candidates at once. */
  private static final int BLOCK = 64;

  /**
   * Looks for the neighbours of the first items among all items; an item is none of its own, and of
   * two that are as near the earlier one comes first.
   *
   * @param before older vectors, none of them zero
   * @param after newer vectors of the same items
   * @param queries items to look at, the first ones
   * @param k neighbours to look for, fewer than there are items
   */
  static Neighbours of(float[][] before, float[][] after, int queries, int k) {
    if (k < 1 || k >= before.length) {
      throw new IllegalArgumentException(k + " neighbours among " + before.length + " items");
    }
    int count = Math.min(queries, before.length);
    int[][] ofBefore = nearest(before, count, k);
    int[][] ofAfter = nearest(after, count, k);
    double[] overlaps = new double[count];
    double[] jaccards = new double[count];
    for (int i = 0; i < count; i++) {
      int common = common(ofBefore[i], ofAfter[i]);
      overlaps[i] = (double) common / k;
      jaccards[i] = (double) common / (2 * k - common);
    }
    return new Neighbours(overlaps, jaccards);
  }

  /** The nearest of each query in ascending order. */
  private static int[][] nearest(float[][] vectors, int queries, int k) {
    double[][] columns = unitColumns(vectors);
    int[][] nearest = new int[queries][];
    for (int from = 0; from < queries; from += BLOCK) {
      double[][] cosines = new double[Math.min(BLOCK, queries - from)][vectors.length];
      CrossProducts.add(columns, from, columns, columns.length, cosines);
      for (int i = 0; i < cosines.length; i++) {
        nearest[from + i] = highest(cosines[i], from + i, k);
      }
    }
    return nearest;
  }

  /** Unit vectors as columns, so that rows are dimensions; filled up with zeros. */
  private static double[][] unitColumns(float[][] vectors) {
    int dimensions = vectors[0].length;
    int stride = CrossProducts.STRIDE;
    double[][] columns = new double[(dimensions + stride - 1) / stride * stride][vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      double square = 0;
      for (float value : vectors[i]) {
        square += (double) value * value;
      }
      double norm = Math.sqrt(square);
      for (int j = 0; j < dimensions; j++) {
        columns[j][i] = vectors[i][j] / norm;
      }
    }
    return columns;
  }

  private static int[] highest(double[] cosines, int self, int k) {
    int[] best = new int[k];
    int size = 0;
    for (int i = 0; i < cosines.length; i++) {
      if (i == self || (size == k && cosines[i] <= cosines[best[k - 1]])) {
        continue;
      }
      int at = size < k ? size++ : k - 1;
      for (; at > 0 && cosines[i] > cosines[best[at - 1]]; at--) {
        best[at] = best[at - 1];
      }
      best[at] = i;
    }
    Arrays.sort(best);
    return best;
  }

  private static int common(int[] ascending, int[] other) {
    int common = 0;
    for (int i = 0, j = 0; i < ascending.length && j < other.length; ) {
      int order = Integer.compare(ascending[i], other[j]);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return common;
  }
}
