package dev.runway.drift.embedding.traffic;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Sums over the usable vectors of one group of items. Mutable and not thread safe. */
final class GroupSums {
  private static final int FLAT_HEAD = 3;

  long n;

  /** Sum of x. */
  final double[] sum;

  /** Sum of x x', see {@link CovarianceSketch}. */
  final double[] products;

  /** Sum of |x|. */
  double norms;

  /** Sum of |x|^2. */
  double squares;

  GroupSums(int dimensions) {
    sum = new double[dimensions];
    products = new double[CovarianceSketch.size(dimensions)];
  }

  void add(double[] x, double square) {
    n++;
    for (int j = 0; j < x.length; j++) {
      sum[j] += x[j];
    }
    CovarianceSketch.add(products, x, 1);
    norms += Math.sqrt(square);
    squares += square;
  }

  void merge(GroupSums other) {
    n += other.n;
    addAll(sum, other.sum);
    addAll(products, other.products);
    norms += other.norms;
    squares += other.squares;
  }

  static void addAll(double[] into, double[] from) {
    for (int j = 0; j < into.length; j++) {
      into[j] += from[j];
    }
  }

  /** The mean vector. */
  double[] mean() {
    double[] mean = new double[sum.length];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = sum[j] / n;
    }
    return mean;
  }

  /** The covariance, as a sketch; of at least two vectors. */
  double[] covariance() {
    double[] covariance = new double[products.length];
    for (int j = 0; j < covariance.length; j++) {
      covariance[j] = products[j] / (n - 1);
    }
    CovarianceSketch.add(covariance, mean(), -(double) n / (n - 1));
    return covariance;
  }

  /** Its trace: how far vectors are from their mean, squared; of at least two vectors. */
  double spread() {
    double mean = 0;
    for (double each : sum) {
      mean += each * each;
    }
    return Math.max(0, (squares - mean / n) / (n - 1));
  }

  /** Numbers of {@link #flat}. */
  static int flatLength(int dimensions) {
    return FLAT_HEAD + dimensions + CovarianceSketch.size(dimensions);
  }

  /** All of it as numbers that add up. */
  double[] flat() {
    double[] flat = new double[flatLength(sum.length)];
    flat[0] = n;
    flat[1] = norms;
    flat[2] = squares;
    System.arraycopy(sum, 0, flat, FLAT_HEAD, sum.length);
    System.arraycopy(products, 0, flat, FLAT_HEAD + sum.length, products.length);
    return flat;
  }

  /** Adds what {@link #flat} made. */
  void addFlat(double[] flat) {
    n += (long) flat[0];
    norms += flat[1];
    squares += flat[2];
    for (int j = 0; j < sum.length; j++) {
      sum[j] += flat[FLAT_HEAD + j];
    }
    for (int j = 0; j < products.length; j++) {
      products[j] += flat[FLAT_HEAD + sum.length + j];
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(n);
    write(out, sum);
    write(out, products);
    out.writeDouble(norms);
    out.writeDouble(squares);
  }

  static void write(DataOutput out, double[] values) throws IOException {
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  static GroupSums read(DataInput in, int dimensions) throws IOException {
    GroupSums read = new GroupSums(dimensions);
    read.n = in.readLong();
    read(in, read.sum);
    read(in, read.products);
    read.norms = in.readDouble();
    read.squares = in.readDouble();
    return read;
  }

  static void read(DataInput in, double[] into) throws IOException {
    for (int j = 0; j < into.length; j++) {
      into[j] = in.readDouble();
    }
  }
}
