package dev.runway.drift.embedding.traffic;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the vectors of one version in one window. Any split of them, merged in any order,
 * has the same sums but for rounding. Mutable and not thread safe.
 *
 * <p>Vectors are put into {@value #GROUPS} groups by their items, so that errors count an item once
 * however often it comes. Size: {@value #GROUPS} x 8 bytes x (dimensions + 1,024), or the square of
 * the dimensions in place of 1,024 where they are 32 or fewer: 400 KB at 2,048, 197 KB at 512.
 */
public final class TrafficSums {
  /**
   * A power of two: the group is in the lowest bits of an item's hash, the sample in its highest.
   */
  static final int GROUPS = 16;

  final int dimensions;
  final @Nullable GroupSums[] groups = new @Nullable GroupSums[GROUPS];

  /** Sum of each number's square, over all usable vectors. */
  final double[] squares;

  final DelayCounts stored = new DelayCounts();
  final DelayCounts read = new DelayCounts();
  long notFinite;
  long zero;
  long gone;

  /** Bytes on the heap at most, of vectors of so many dimensions: numbers alone. */
  public static long mostBytes(int dimensions) {
    long ofAGroup = (long) dimensions + CovarianceSketch.size(dimensions);
    return (GROUPS * ofAGroup + dimensions) * Double.BYTES;
  }

  /**
   * No vectors yet.
   *
   * @param dimensions of each; 0 where only leaving items are counted
   */
  public TrafficSums(int dimensions) {
    this.dimensions = dimensions;
    this.squares = new double[dimensions];
  }

  /**
   * Adds a vector.
   *
   * @param itemHash see {@link dev.runway.drift.embedding.ItemHash}
   * @param storedMillis from what caused it until it was stored
   * @param readMillis the same until it could be read from the topic
   * @throws IllegalArgumentException if it has other dimensions
   */
  public void add(float[] vector, long itemHash, long storedMillis, long readMillis) {
    if (vector.length != dimensions) {
      throw new IllegalArgumentException(
          vector.length + " dimensions where " + dimensions + " are added up");
    }
    stored.add(storedMillis);
    read.add(readMillis);
    double[] x = new double[dimensions];
    double square = 0;
    for (int j = 0; j < x.length; j++) {
      x[j] = vector[j];
      square += x[j] * x[j];
    }
    if (!Double.isFinite(square)) {
      notFinite++;
      return;
    }
    if (square == 0) {
      zero++;
      return;
    }
    for (int j = 0; j < x.length; j++) {
      squares[j] += x[j] * x[j];
    }
    group((int) itemHash & (GROUPS - 1)).add(x, square);
  }

  private GroupSums group(int number) {
    GroupSums group = groups[number];
    if (group == null) {
      group = new GroupSums(dimensions);
      groups[number] = group;
    }
    return group;
  }

  /** An item left the version. */
  public void addGone() {
    gone++;
  }

  /**
   * Adds other sums.
   *
   * @throws IllegalArgumentException if they are of other dimensions
   */
  public void merge(TrafficSums other) {
    if (other.dimensions != dimensions) {
      throw new IllegalArgumentException(
          other.dimensions + " dimensions where " + dimensions + " are added up");
    }
    for (int g = 0; g < GROUPS; g++) {
      GroupSums theirs = other.groups[g];
      if (theirs != null) {
        group(g).merge(theirs);
      }
    }
    GroupSums.addAll(squares, other.squares);
    stored.merge(other.stored);
    read.merge(other.read);
    notFinite += other.notFinite;
    zero += other.zero;
    gone += other.gone;
  }

  /**
   * These sums with others added. Where only one of them has vectors its dimensions count; where
   * both do and they differ, the version has become another one, and the others alone are left.
   */
  public TrafficSums plus(TrafficSums other) {
    if (dimensions == other.dimensions) {
      merge(other);
      return this;
    }
    if (other.dimensions == 0) {
      gone += other.gone;
      return this;
    }
    other.gone += dimensions == 0 ? gone : 0;
    return other;
  }

  /** Of each vector. */
  public int dimensions() {
    return dimensions;
  }

  /** All vectors, unusable ones too. */
  public long vectors() {
    return usable() + notFinite + zero;
  }

  /** How often an item left. */
  public long gone() {
    return gone;
  }

  /** Vectors that are finite and not zero: those in the sums. */
  public long usable() {
    long n = 0;
    for (GroupSums group : groups) {
      n += group == null ? 0 : group.n;
    }
    return n;
  }

  /** Writes all of it, big-endian. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(dimensions);
    out.writeLong(notFinite);
    out.writeLong(zero);
    out.writeLong(gone);
    GroupSums.write(out, squares);
    stored.write(out);
    read.write(out);
    for (GroupSums group : groups) {
      out.writeBoolean(group != null);
      if (group != null) {
        group.write(out);
      }
    }
  }

  /** Reads what {@link #write} wrote. */
  public static TrafficSums read(DataInput in) throws IOException {
    int dimensions = in.readInt();
    if (dimensions < 0 || dimensions > 1 << 16) {
      throw new IOException("vectors of " + dimensions + " dimensions");
    }
    TrafficSums sums = new TrafficSums(dimensions);
    sums.notFinite = in.readLong();
    sums.zero = in.readLong();
    sums.gone = in.readLong();
    GroupSums.read(in, sums.squares);
    sums.stored.merge(DelayCounts.read(in));
    sums.read.merge(DelayCounts.read(in));
    for (int g = 0; g < GROUPS; g++) {
      if (in.readBoolean()) {
        sums.groups[g] = GroupSums.read(in, dimensions);
      }
    }
    return sums;
  }
}
