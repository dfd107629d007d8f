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

  /** Adds all but the gram matrix, which takes many rows at once. */
  void addRow(double[] row, double square, double otherSquare) {
    double norm = Math.sqrt(square);
    double unit = 1 / norm;
    for (int j = 0; j < row.length; j++) {
      sum[j] += row[j];
    }
    for (int j = 0; j < row.length; j++) {
      ownWeighted[j] += row[j] * square;
    }
    for (int j = 0; j < row.length; j++) {
      otherWeighted[j] += row[j] * otherSquare;
    }
    for (int j = 0; j < row.length; j++) {
      units[j] += row[j] * unit;
    }
    norms += norm;
    fourths += square * square;
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
