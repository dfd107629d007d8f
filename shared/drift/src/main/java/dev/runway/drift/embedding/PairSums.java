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
 * <p>Pairs wait until {@value #BATCH} have come and are added together. Mutable and not thread
 * safe.
 */
public final class PairSums {

  /** Most dimensions of a vector. */
  public static final int MAX_DIMENSIONS = 4096;

  /** What the cache holds: 32 rows of 512 doubles are 128 KiB. */
  private static final int BATCH = 32;

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
  private int waiting;

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
    widen(vectorBefore, rowsBefore[waiting]);
    widen(vectorAfter, rowsAfter[waiting]);
    return addRow();
  }

  /** Adds two vectors of doubles. */
  boolean add(double[] vectorBefore, double[] vectorAfter) {
    checkDimensions(vectorBefore.length, before);
    checkDimensions(vectorAfter.length, after);
    allocateRows();
    System.arraycopy(vectorBefore, 0, rowsBefore[waiting], 0, vectorBefore.length);
    System.arraycopy(vectorAfter, 0, rowsAfter[waiting], 0, vectorAfter.length);
    return addRow();
  }

  private void allocateRows() {
    if (rowsBefore.length == 0) {
      rowsBefore = new double[BATCH][before.dimensions];
      rowsAfter = new double[BATCH][after.dimensions];
    }
  }

  private boolean addRow() {
    double[] x = rowsBefore[waiting];
    double[] y = rowsAfter[waiting];
    double squareX = CrossProducts.dot(x, x);
    double squareY = CrossProducts.dot(y, y);
    boolean usableX = usable(squareX, before);
    if (!usable(squareY, after) || !usableX) {
      unusable++;
      return false;
    }
    n++;
    before.addRow(x, squareX, squareY);
    after.addRow(y, squareY, squareX);
    double norms = Math.sqrt(squareX) * Math.sqrt(squareY);
    double cosine = dotOfBoth(x, y) / norms;
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

  /** Of two versions with different dimensions, the narrower one is filled with zeros. */
  private static double dotOfBoth(double[] x, double[] y) {
    return x.length <= y.length ? CrossProducts.dot(x, y) : CrossProducts.dot(y, x);
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
    CrossProducts.add(rowsBefore, 0, rowsBefore, rows, before.gram);
    CrossProducts.add(rowsAfter, 0, rowsAfter, rows, after.gram);
    CrossProducts.add(rowsBefore, 0, rowsAfter, rows, cross);
    waiting = 0;
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
    flush();
    return before;
  }

  VersionSums after() {
    flush();
    return after;
  }

  double[][] cross() {
    flush();
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
