package dev.runway.demo.embedding;

import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Two versions compared by the definitions of docs/semantics, item by item and in plain loops:
 * nothing of the product's sums, decompositions and thresholds is in it.
 */
final class CountedByHand {
  private static final int NEIGHBOURS = 10;
  private static final double Z = 1.959964;

  private final double[][] x;
  private final double[][] y;
  private final int n;
  private final int itemsBefore;
  private final int itemsAfter;

  final double overlap;
  final double cka;
  final double rawCosine;
  final double alignedCosine;
  final double instability;
  private final double lengths;
  private final int neighboursLost;
  private final int cosinesLost;
  private final int alignedCosinesLost;
  private final int normsChanged;
  private final int moved;
  private final int alignedMoved;
  private final double dimensions;
  private final double alignedDimensions;

  CountedByHand(SortedMap<String, float[]> before, SortedMap<String, float[]> after) {
    List<double[]> older = new ArrayList<>();
    List<double[]> newer = new ArrayList<>();
    before.forEach(
        (item, vector) -> {
          if (after.containsKey(item)) {
            older.add(doubles(vector));
            newer.add(doubles(after.get(item)));
          }
        });
    x = older.toArray(double[][]::new);
    y = newer.toArray(double[][]::new);
    n = x.length;
    itemsBefore = before.size();
    itemsAfter = after.size();
    int[] common = IntStream.range(0, n).map(this::neighboursInCommon).toArray();
    overlap = IntStream.of(common).average().orElse(0) / NEIGHBOURS;
    neighboursLost = (int) IntStream.of(common).filter(each -> each <= 2).count();
    double[][] kernelX = kernel(x);
    double[][] kernelY = kernel(y);
    cka = hsic(kernelX, kernelY) / Math.sqrt(hsic(kernelX, kernelX) * hsic(kernelY, kernelY));
    lengths = mean(i -> length(y[i])) / mean(i -> length(x[i]));
    normsChanged =
        count(i -> length(y[i]) / length(x[i]) < 0.8 || length(y[i]) / length(x[i]) > 1.25);
    instability = instabilityOfEigenspaces();
    boolean isAlike = x[0].length == y[0].length;
    double[][] aligned = isAlike ? rotated() : x;
    rawCosine = mean(i -> cosine(x[i], y[i]));
    alignedCosine = mean(i -> cosine(aligned[i], y[i]));
    cosinesLost = count(i -> cosine(x[i], y[i]) < 0.5);
    alignedCosinesLost = count(i -> cosine(aligned[i], y[i]) < 0.5);
    moved = isAlike ? count(i -> isMoved(x[i], y[i])) : n;
    alignedMoved = isAlike ? count(i -> isMoved(aligned[i], y[i])) : n;
    dimensions = isAlike ? dimensionsMoved(x) : 1;
    alignedDimensions = isAlike ? dimensionsMoved(aligned) : 1;
  }

  private static double[] doubles(float[] vector) {
    double[] wide = new double[vector.length];
    for (int j = 0; j < wide.length; j++) {
      wide[j] = vector[j];
    }
    return wide;
  }

  private interface OfItem {
    double of(int item);
  }

  private interface Is {
    boolean it(int item);
  }

  private double mean(OfItem number) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += number.of(i);
    }
    return sum / n;
  }

  private int count(Is such) {
    return (int) IntStream.range(0, n).filter(such::it).count();
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < Math.min(a.length, b.length); j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  private static double length(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  private static double cosine(double[] a, double[] b) {
    return dot(a, b) / length(a) / length(b);
  }

  private int neighboursInCommon(int item) {
    List<Integer> now = nearest(y, item);
    return (int) nearest(x, item).stream().filter(now::contains).count();
  }

  private static List<Integer> nearest(double[][] vectors, int item) {
    return IntStream.range(0, vectors.length)
        .filter(other -> other != item)
        .boxed()
        .sorted(Comparator.comparingDouble(other -> -cosine(vectors[item], vectors[other])))
        .limit(NEIGHBOURS)
        .toList();
  }

  private static double[][] kernel(double[][] vectors) {
    double[][] kernel = new double[vectors.length][vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < vectors.length; j++) {
        kernel[i][j] = i == j ? 0 : dot(vectors[i], vectors[j]);
      }
    }
    return kernel;
  }

  /** Song et al. 2012: of kernels without their diagonals. */
  private double hsic(double[][] k, double[][] l) {
    double products = 0;
    double rows = 0;
    double allK = 0;
    double allL = 0;
    for (int i = 0; i < n; i++) {
      double rowK = 0;
      double rowL = 0;
      for (int j = 0; j < n; j++) {
        products += k[i][j] * l[i][j];
        rowK += k[i][j];
        rowL += l[i][j];
      }
      rows += rowK * rowL;
      allK += rowK;
      allL += rowL;
    }
    return (products + allK * allL / (n - 1) / (n - 2) - 2 * rows / (n - 2)) / n / (n - 3);
  }

  /** By traces of powers, as the paper's own code has it; of few dimensions they do no harm. */
  private double instabilityOfEigenspaces() {
    double[][] xx = products(x, x);
    double[][] yy = products(y, y);
    double[][] xy = products(x, y);
    double[][] yx = products(y, x);
    double own = trace(times(xx, times(xx, xx))) + trace(times(yy, times(yy, yy)));
    double ofX = trace(times(inverse(yy), times(yx, times(times(xx, xx), xy))));
    double ofY = trace(times(inverse(xx), times(xy, times(times(yy, yy), yx))));
    return (own - ofX - ofY) / own;
  }

  private static double[][] products(double[][] left, double[][] right) {
    double[][] sum = new double[left[0].length][right[0].length];
    for (int item = 0; item < left.length; item++) {
      for (int i = 0; i < sum.length; i++) {
        for (int j = 0; j < sum[0].length; j++) {
          sum[i][j] += left[item][i] * right[item][j];
        }
      }
    }
    return sum;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  private static double[][] transposed(double[][] a) {
    double[][] result = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        result[j][i] = a[i][j];
      }
    }
    return result;
  }

  private static double trace(double[][] a) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i][i];
    }
    return sum;
  }

  /** Gauss and Jordan, the largest pivot first. */
  private static double[][] inverse(double[][] matrix) {
    int size = matrix.length;
    double[][] left = new double[size][];
    double[][] right = new double[size][size];
    for (int i = 0; i < size; i++) {
      left[i] = matrix[i].clone();
      right[i][i] = 1;
    }
    for (int column = 0; column < size; column++) {
      int at = column;
      int pivot =
          IntStream.range(at, size)
              .boxed()
              .max(Comparator.comparingDouble(i -> Math.abs(left[i][at])))
              .orElseThrow();
      swap(left, at, pivot);
      swap(right, at, pivot);
      double by = left[at][at];
      for (int j = 0; j < size; j++) {
        left[at][j] /= by;
        right[at][j] /= by;
      }
      for (int i = 0; i < size; i++) {
        double factor = i == at ? 0 : left[i][at];
        for (int j = 0; j < size; j++) {
          left[i][j] -= factor * left[at][j];
          right[i][j] -= factor * right[at][j];
        }
      }
    }
    return right;
  }

  private static void swap(double[][] rows, int i, int j) {
    double[] row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }

  /**
   * Older vectors after the closest rotation: Newton's iteration to the polar factor (Higham 1986).
   */
  private double[][] rotated() {
    double[][] rotation = products(x, y);
    for (int round = 0; round < 100; round++) {
      double[][] other = transposed(inverse(rotation));
      for (int i = 0; i < rotation.length; i++) {
        for (int j = 0; j < rotation.length; j++) {
          rotation[i][j] = (rotation[i][j] + other[i][j]) / 2;
        }
      }
    }
    return times(x, rotation);
  }

  private static double[] means(double[][] vectors) {
    double[] mean = new double[vectors[0].length];
    for (double[] vector : vectors) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += vector[j] / vectors.length;
      }
    }
    return mean;
  }

  private boolean isMoved(double[] from, double[] to) {
    double[] mean = means(x);
    double spread = 0;
    for (double[] vector : x) {
      spread += square(vector, mean) / n;
    }
    return square(from, to) > 0.5 * spread;
  }

  private static double square(double[] from, double[] to) {
    double square = 0;
    for (int j = 0; j < from.length; j++) {
      square += (from[j] - to[j]) * (from[j] - to[j]);
    }
    return square;
  }

  /** Share of the dimensions whose concordance is below a half. */
  private double dimensionsMoved(double[][] from) {
    double[] meanX = means(from);
    double[] meanY = means(y);
    int far = 0;
    for (int j = 0; j < meanY.length; j++) {
      double xx = 0;
      double yy = 0;
      double xy = 0;
      for (int i = 0; i < n; i++) {
        xx += (from[i][j] - meanX[j]) * (from[i][j] - meanX[j]) / n;
        yy += (y[i][j] - meanY[j]) * (y[i][j] - meanY[j]) / n;
        xy += (from[i][j] - meanX[j]) * (y[i][j] - meanY[j]) / n;
      }
      double shift = meanY[j] - meanX[j];
      far += 2 * xy / (xx + yy + shift * shift) < 0.5 ? 1 : 0;
    }
    return (double) far / meanY.length;
  }

  /** An end of Wilson's interval of a share. */
  private static double wilson(double hits, double of, int sign) {
    double share = hits / of;
    double centre = share + Z * Z / 2 / of;
    double half = Z * Math.sqrt(share * (1 - share) / of + Z * Z / 4 / of / of);
    return (centre + sign * half) / (1 + Z * Z / of);
  }

  /** How far a share surely is above the baseline pair's. */
  private double more(int lost, int baselines, CountedByHand baseline) {
    return wilson(lost, n, -1) - wilson(baselines, baseline.n, 1);
  }

  /** The verdicts by the table of docs/semantics, of pairs that have items enough. */
  Map<Usage, Compatibility> verdicts(CountedByHand baseline, int leastPairs) {
    Map<Usage, Compatibility> verdicts = new TreeMap<>();
    verdicts.put(Usage.PREDICTION, ofSimilarity(baseline, leastPairs, false));
    verdicts.put(Usage.SIMILARITY, ofSimilarity(baseline, leastPairs, true));
    verdicts.put(Usage.COORDINATES, ofCoordinates(baseline, leastPairs));
    return verdicts;
  }

  private Compatibility ofSimilarity(
      CountedByHand baseline, int leastPairs, boolean lengthsMatter) {
    double missing = wilson(itemsBefore - n, itemsBefore, -1);
    if (n < leastPairs || n < 0.9 * Math.max(itemsBefore, itemsAfter) || missing > 0.05) {
      return Compatibility.UNDECIDED;
    }
    double neighbours = overlap / baseline.overlap;
    double agreement = (1 - instability) / (1 - baseline.instability);
    double lost = more(neighboursLost, baseline.neighboursLost, baseline);
    if (lengthsMatter) {
      lost = Math.max(lost, more(normsChanged, baseline.normsChanged, baseline));
      if (lengths < 0.8 || lengths > 1.25) {
        return Compatibility.BREAKING;
      }
    }
    if (Math.min(neighbours, agreement) < 0.75 || lost > 0.05) {
      return Compatibility.BREAKING;
    }
    return Math.min(neighbours, agreement) < 0.9 || cka < 0.95 || lost > 0.01 || missing > 0.01
        ? Compatibility.MINOR
        : Compatibility.STABLE;
  }

  private Compatibility ofCoordinates(CountedByHand baseline, int leastPairs) {
    if (x[0].length != y[0].length) {
      return Compatibility.BREAKING;
    }
    Compatibility similar = ofSimilarity(baseline, leastPairs, true);
    if (similar == Compatibility.UNDECIDED || similar == Compatibility.BREAKING) {
      return similar;
    }
    double lost =
        Math.max(
            more(cosinesLost, baseline.alignedCosinesLost, baseline),
            more(moved, baseline.alignedMoved, baseline));
    double far = dimensions - baseline.alignedDimensions;
    if (rawCosine < 0.9 || Math.max(lost, far) > 0.05) {
      double lostEvenSo =
          Math.max(
              more(alignedCosinesLost, baseline.alignedCosinesLost, baseline),
              more(alignedMoved, baseline.alignedMoved, baseline));
      double farEvenSo = alignedDimensions - baseline.alignedDimensions;
      return alignedCosine >= 0.95 && Math.max(lostEvenSo, farEvenSo) <= 0.05
          ? Compatibility.ROTATED
          : Compatibility.BREAKING;
    }
    return Math.max(lost, far) > 0.01 ? Compatibility.MINOR : similar;
  }
}
