package dev.runway.drift.embedding;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sums over the vectors of one version, of those pairs whose vectors are both usable: finite and
 * not zero. Mutable and not thread safe.
 */
final class VersionSums {
  final int dimensions;

  /** Lower triangle of the sum of x x'. */
  final double[][] gram;

  /** Sum of x. */
  final double[] sum;

  /** Sum of x |x|^2. */
  final double[] ownWeighted;

  /** Sum of x |y|^2, y being the vector of the other version. */
  final double[] otherWeighted;

  /** Sum of x / |x|. */
  final double[] units;

  /** Sum of |x|. */
  double norms;

  /** Sum of |x|^4. */
  double fourths;

  /** Vectors with a NaN or infinite number. */
  long notFinite;

  /** Vectors of zeros alone. */
  long zero;

  VersionSums(int dimensions) {
    this(dimensions, new double[dimensions][]);
    Arrays.setAll(gram, i -> new double[i + 1]);
  }

  private VersionSums(int dimensions, double[][] gram) {
    this.dimensions = dimensions;
    this.gram = gram;
    sum = new double[dimensions];
    ownWeighted = new double[dimensions];
    otherWeighted = new double[dimensions];
    units = new double[dimensions];
  }

  /** Adds the length of a vector, which waits with others for {@link #addRows}. */
  void addLength(double norm, double square) {
    norms += norm;
    fourths += square * square;
  }

  /**
   * Adds all of four vectors but their lengths, one after the other, and but for the gram matrix.
   *
   * @param own squares of their lengths
   * @param other those of the other version's vectors
   * @param unit what they are multiplied by to have length 1
   */
  void addRows(double[][] rows, int k, double[] own, double[] other, double[] unit) {
    double[] r0 = rows[k];
    double[] r1 = rows[k + 1];
    double[] r2 = rows[k + 2];
    double[] r3 = rows[k + 3];
    for (int j = 0; j < dimensions; j++) {
      sum[j] = (((sum[j] + r0[j]) + r1[j]) + r2[j]) + r3[j];
    }
    addWeighted(r0, r1, r2, r3, own, k, ownWeighted);
    addWeighted(r0, r1, r2, r3, other, k, otherWeighted);
    addWeighted(r0, r1, r2, r3, unit, k, units);
  }

  private static void addWeighted(
      double[] r0, double[] r1, double[] r2, double[] r3, double[] weights, int k, double[] into) {
    double w0 = weights[k];
    double w1 = weights[k + 1];
    double w2 = weights[k + 2];
    double w3 = weights[k + 3];
    for (int j = 0; j < into.length; j++) {
      into[j] = (((into[j] + r0[j] * w0) + r1[j] * w1) + r2[j] * w2) + r3[j] * w3;
    }
  }

  /** Vectors that are part of no sum. */
  long unusable() {
    return notFinite + zero;
  }

  /** Sum of |x|^2. */
  double squares() {
    double trace = 0;
    for (int i = 0; i < dimensions; i++) {
      trace += gram[i][i];
    }
    return trace;
  }

  void merge(VersionSums other) {
    addAll(gram, other.gram);
    addAll(sum, other.sum);
    addAll(ownWeighted, other.ownWeighted);
    addAll(otherWeighted, other.otherWeighted);
    addAll(units, other.units);
    norms += other.norms;
    fourths += other.fourths;
    notFinite += other.notFinite;
    zero += other.zero;
  }

  static void addAll(double[][] into, double[][] from) {
    for (int i = 0; i < into.length; i++) {
      addAll(into[i], from[i]);
    }
  }

  private static void addAll(double[] into, double[] from) {
    for (int j = 0; j < into.length; j++) {
      into[j] += from[j];
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(notFinite);
    out.writeLong(zero);
    out.writeDouble(norms);
    out.writeDouble(fourths);
    Numbers.write(out, sum);
    Numbers.write(out, ownWeighted);
    Numbers.write(out, otherWeighted);
    Numbers.write(out, units);
    for (double[] row : gram) {
      Numbers.write(out, row);
    }
  }

  /**
   * Allocates row by row: a count from outside must not take memory for numbers that never come.
   */
  static VersionSums read(DataInput in, int dimensions) throws IOException {
    VersionSums sums = new VersionSums(dimensions, new double[dimensions][]);
    sums.notFinite = Numbers.count(in);
    sums.zero = Numbers.count(in);
    sums.norms = Numbers.finite(in);
    sums.fourths = Numbers.finite(in);
    Numbers.read(in, sums.sum);
    Numbers.read(in, sums.ownWeighted);
    Numbers.read(in, sums.otherWeighted);
    Numbers.read(in, sums.units);
    for (int i = 0; i < dimensions; i++) {
      sums.gram[i] = Numbers.read(in, new double[i + 1]);
      if (sums.gram[i][i] < 0) {
        throw new IOException("sum of squares " + sums.gram[i][i] + " of dimension " + i);
      }
    }
    return sums;
  }
}
