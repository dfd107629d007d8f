package dev.runway.drift.embedding;

import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sufficient statistics of pairs of vectors, from which every measure that needs no single pair
 * follows without a second pass: sums, cross products and the few fourth moments that take the bias
 * out of CKA.
 *
 * <p>Merging adds. Sums are of doubles, so another order of pairs gives other last bits: a relative
 * 1e-9 of the sum of magnitudes is kept up to 8 million pairs even if all rounding errors point the
 * same way. Each pair must come once, for nothing here tells two of them apart.
 *
 * <p>Pairs wait until {@value #BATCH} have come and are added together; whoever asks for a sum has
 * those that wait added before, so that it is behind nothing. Mutable and not thread safe.
 */
public final class PairSums {

  /** Most dimensions of a vector. */
  public static final int MAX_DIMENSIONS = 4096;

  /**
   * Large, for each batch goes through all of the matrices, which of wide vectors are in no cache:
   * of 1,024 dimensions 128 rows are 1 MiB a version, the matrices 16.
   */
  private static final int BATCH = 128;

  private static final int VERSION = 1;

  private final VersionSums before;
  private final VersionSums after;

  /** Sum of x y'. */
  private final double[][] cross;

  private long n;
  private long unusable;
  private double normProducts;
  private double squareProducts;
  private double cosines;
  private double cosineSquares;

  /** Rows that wait; allocated when the first one comes, for most sums are only merged. */
  private double[][] rowsBefore = {};

  private double[][] rowsAfter = {};

  /** Of the vectors that wait: the squares of their lengths, and one over their lengths. */
  private double[] squaresBefore = {};

  private double[] squaresAfter = {};
  private double[] unitsBefore = {};
  private double[] unitsAfter = {};
  private int waiting;

  /** Of the pair that is being added: |x|^2, |y|^2 and x'y. */
  private double squareX;

  private double squareY;
  private double product;

  /**
   * No pairs yet.
   *
   * @param dimensionsBefore of the older version's vectors, 1 to {@link #MAX_DIMENSIONS}
   * @param dimensionsAfter of the newer version's
   */
  public PairSums(int dimensionsBefore, int dimensionsAfter) {
    this(
        new VersionSums(checked(dimensionsBefore)),
        new VersionSums(checked(dimensionsAfter)),
        new double[dimensionsBefore][dimensionsAfter]);
  }

  private PairSums(VersionSums before, VersionSums after, double[][] cross) {
    this.before = before;
    this.after = after;
    this.cross = cross;
  }

  private static int checked(int dimensions) {
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new IllegalArgumentException(
          dimensions + " dimensions, must be 1 to " + MAX_DIMENSIONS);
    }
    return dimensions;
  }

  /**
   * Adds the two vectors of one item. A vector with NaN, infinite numbers or zeros alone is
   * counted, and its pair is part of no sum.
   *
   * @return whether the pair is part of the sums
   * @throws IllegalArgumentException if a vector has other dimensions than it must have
   */
  public boolean add(float[] vectorBefore, float[] vectorAfter) {
    checkDimensions(vectorBefore.length, before);
    checkDimensions(vectorAfter.length, after);
    allocateRows();
    double[] x = rowsBefore[waiting];
    double[] y = rowsAfter[waiting];
    if (x.length == y.length) {
      widen(vectorBefore, vectorAfter, x, y);
    } else {
      widen(vectorBefore, x);
      widen(vectorAfter, y);
      multiply(x, y);
    }
    return addRow();
  }

  /** Adds two vectors of doubles. */
  boolean add(double[] vectorBefore, double[] vectorAfter) {
    checkDimensions(vectorBefore.length, before);
    checkDimensions(vectorAfter.length, after);
    allocateRows();
    double[] x = rowsBefore[waiting];
    double[] y = rowsAfter[waiting];
    System.arraycopy(vectorBefore, 0, x, 0, x.length);
    System.arraycopy(vectorAfter, 0, y, 0, y.length);
    multiply(x, y);
    return addRow();
  }

  private void allocateRows() {
    if (rowsBefore.length == 0) {
      rowsBefore = new double[BATCH][before.dimensions];
      rowsAfter = new double[BATCH][after.dimensions];
      squaresBefore = new double[BATCH];
      squaresAfter = new double[BATCH];
      unitsBefore = new double[BATCH];
      unitsAfter = new double[BATCH];
    }
  }

  /** Adds the pair whose numbers are in the first rows that are free. */
  private boolean addRow() {
    boolean usableX = usable(squareX, before);
    if (!usable(squareY, after) || !usableX) {
      unusable++;
      return false;
    }
    n++;
    double normX = Math.sqrt(squareX);
    double normY = Math.sqrt(squareY);
    before.addLength(normX, squareX);
    after.addLength(normY, squareY);
    squaresBefore[waiting] = squareX;
    squaresAfter[waiting] = squareY;
    unitsBefore[waiting] = 1 / normX;
    unitsAfter[waiting] = 1 / normY;
    double norms = normX * normY;
    double cosine = product / norms;
    normProducts += norms;
    squareProducts += squareX * squareY;
    cosines += cosine;
    cosineSquares += cosine * cosine;
    if (++waiting == BATCH) {
      flush();
    }
    return true;
  }

  private static void checkDimensions(int dimensions, VersionSums sums) {
    if (dimensions != sums.dimensions) {
      throw new IllegalArgumentException(
          "vector of %d dimensions in a version of %d".formatted(dimensions, sums.dimensions));
    }
  }

  private static void widen(float[] from, double[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] = from[j];
    }
  }

  /**
   * Same of two vectors of one length, with their products on the way: no loop that turns floats
   * into doubles becomes one of vector instructions, so there is to be but one. The four sums of
   * each product are those of {@link CrossProducts#dot}.
   */
  private void widen(float[] fromX, float[] fromY, double[] x, double[] y) {
    double x0 = 0;
    double x1 = 0;
    double x2 = 0;
    double x3 = 0;
    double y0 = 0;
    double y1 = 0;
    double y2 = 0;
    double y3 = 0;
    double p0 = 0;
    double p1 = 0;
    double p2 = 0;
    double p3 = 0;
    int j = 0;
    for (; j + 3 < x.length; j += 4) {
      double a0 = fromX[j];
      double a1 = fromX[j + 1];
      double a2 = fromX[j + 2];
      double a3 = fromX[j + 3];
      double b0 = fromY[j];
      double b1 = fromY[j + 1];
      double b2 = fromY[j + 2];
      double b3 = fromY[j + 3];
      x[j] = a0;
      x[j + 1] = a1;
      x[j + 2] = a2;
      x[j + 3] = a3;
      y[j] = b0;
      y[j + 1] = b1;
      y[j + 2] = b2;
      y[j + 3] = b3;
      x0 += a0 * a0;
      x1 += a1 * a1;
      x2 += a2 * a2;
      x3 += a3 * a3;
      y0 += b0 * b0;
      y1 += b1 * b1;
      y2 += b2 * b2;
      y3 += b3 * b3;
      p0 += a0 * b0;
      p1 += a1 * b1;
      p2 += a2 * b2;
      p3 += a3 * b3;
    }
    for (; j < x.length; j++) {
      double a = fromX[j];
      double b = fromY[j];
      x[j] = a;
      y[j] = b;
      x0 += a * a;
      y0 += b * b;
      p0 += a * b;
    }
    squareX = (x0 + x1) + (x2 + x3);
    squareY = (y0 + y1) + (y2 + y3);
    product = (p0 + p1) + (p2 + p3);
  }

  /** Of two versions with different dimensions, the narrower one is filled with zeros. */
  private void multiply(double[] x, double[] y) {
    squareX = CrossProducts.dot(x, x);
    squareY = CrossProducts.dot(y, y);
    product = x.length <= y.length ? CrossProducts.dot(x, y) : CrossProducts.dot(y, x);
  }

  /** A sum of squares of floats cannot overflow, so it is finite where they all are. */
  private static boolean usable(double square, VersionSums sums) {
    if (!Double.isFinite(square)) {
      sums.notFinite++;
      return false;
    }
    if (square == 0) {
      sums.zero++;
      return false;
    }
    return true;
  }

  private void flush() {
    if (waiting == 0) {
      return;
    }
    int rows = waiting;
    for (; rows % CrossProducts.STRIDE != 0; rows++) {
      Arrays.fill(rowsBefore[rows], 0);
      Arrays.fill(rowsAfter[rows], 0);
    }
    for (int k = 0; k < rows; k += 4) {
      // The weights of rows of zeros are those of pairs before: they are finite, and that will do.
      before.addRows(rowsBefore, k, squaresBefore, squaresAfter, unitsBefore);
      after.addRows(rowsAfter, k, squaresAfter, squaresBefore, unitsAfter);
    }
    CrossProducts.add(rowsBefore, 0, rowsBefore, rows, before.gram);
    CrossProducts.add(rowsAfter, 0, rowsAfter, rows, after.gram);
    CrossProducts.add(rowsBefore, 0, rowsAfter, rows, cross);
    waiting = 0;
  }

  /** Adds what waits, and gives its room back: whoever asks for sums seldom adds more pairs. */
  private void settle() {
    flush();
    rowsBefore = new double[0][];
    rowsAfter = new double[0][];
  }

  /**
   * Adds the pairs of other sums.
   *
   * @throws IllegalArgumentException if they are of other dimensions
   */
  public void merge(PairSums other) {
    if (other.before.dimensions != before.dimensions
        || other.after.dimensions != after.dimensions) {
      throw new IllegalArgumentException(
          "sums of %d and %d dimensions merged into those of %d and %d"
              .formatted(
                  other.before.dimensions,
                  other.after.dimensions,
                  before.dimensions,
                  after.dimensions));
    }
    flush();
    other.flush();
    before.merge(other.before);
    after.merge(other.after);
    VersionSums.addAll(cross, other.cross);
    n += other.n;
    unusable += other.unusable;
    normProducts += other.normProducts;
    squareProducts += other.squareProducts;
    cosines += other.cosines;
    cosineSquares += other.cosineSquares;
  }

  /** Pairs in the sums. */
  public long pairs() {
    return n;
  }

  /** Pairs that came and are in no sum. */
  public long unusablePairs() {
    return unusable;
  }

  public int dimensionsBefore() {
    return before.dimensions;
  }

  public int dimensionsAfter() {
    return after.dimensions;
  }

  VersionSums before() {
    settle();
    return before;
  }

  VersionSums after() {
    settle();
    return after;
  }

  double[][] cross() {
    settle();
    return cross;
  }

  /** Sum of |x| |y|. */
  double normProducts() {
    return normProducts;
  }

  /** Sum of |x|^2 |y|^2. */
  double squareProducts() {
    return squareProducts;
  }

  /** Sum of the cosines of x and y. */
  double cosines() {
    return cosines;
  }

  /** Sum of their squares. */
  double cosineSquares() {
    return cosineSquares;
  }

  /**
   * Writes a version and the content; of a symmetric matrix the lower half. 512 dimensions in both
   * versions are 4.2 MB.
   */
  public void write(DataOutput out) throws IOException {
    flush();
    out.writeByte(VERSION);
    Varints.writeUnsigned(out, before.dimensions);
    Varints.writeUnsigned(out, after.dimensions);
    out.writeLong(n);
    out.writeLong(unusable);
    out.writeDouble(normProducts);
    out.writeDouble(squareProducts);
    out.writeDouble(cosines);
    out.writeDouble(cosineSquares);
    before.write(out);
    after.write(out);
    for (double[] row : cross) {
      Numbers.write(out, row);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are not such sums
   */
  public static PairSums read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "sums of pairs of version " + version + ", this build reads up to " + VERSION);
    }
    int dimensionsBefore = dimensions(in);
    int dimensionsAfter = dimensions(in);
    long n = Numbers.count(in);
    long unusable = Numbers.count(in);
    double[] scalars = Numbers.read(in, new double[4]);
    VersionSums before = VersionSums.read(in, dimensionsBefore);
    VersionSums after = VersionSums.read(in, dimensionsAfter);
    double[][] cross = new double[dimensionsBefore][];
    for (int i = 0; i < cross.length; i++) {
      cross[i] = Numbers.read(in, new double[dimensionsAfter]);
    }
    PairSums sums = new PairSums(before, after, cross);
    sums.n = n;
    sums.unusable = unusable;
    sums.normProducts = scalars[0];
    sums.squareProducts = scalars[1];
    sums.cosines = scalars[2];
    sums.cosineSquares = scalars[3];
    return sums;
  }

  private static int dimensions(DataInput in) throws IOException {
    int dimensions = Varints.readIndex(in, MAX_DIMENSIONS, "dimensions");
    if (dimensions == 0) {
      throw new IOException("vectors without dimensions");
    }
    return dimensions;
  }
}
