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

  /** Parts that sums can be taken apart into: one of each group, and the squares. */
  public static final int PARTS = GROUPS + 1;

  /** The layout that {@link #write} writes; the first one did not know who is ahead. */
  public static final int LAYOUT = 2;

  private static final int MOST_DIMENSIONS = 1 << 16;

  /** Clocks of two machines are apart by less. */
  private static final long AHEAD_MILLIS = 1_000;

  /** Of objects and of arrays' heads. */
  private static final long OVERHEAD_BYTES = 400;

  final int dimensions;
  final @Nullable GroupSums[] groups = new @Nullable GroupSums[GROUPS];

  /** Sum of each number's square, over all usable vectors. */
  final double[] squares;

  final DelayCounts stored = new DelayCounts();
  final DelayCounts read = new DelayCounts();
  long notFinite;
  long zero;
  long gone;

  /** Vectors stored more than {@link #AHEAD_MILLIS} before what caused them. */
  long ahead;

  /** Bytes on the heap without a vector; {@link #add} says what each takes beyond. */
  public static long leastBytes(int dimensions) {
    return OVERHEAD_BYTES + (long) dimensions * Double.BYTES;
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
   * @return bytes that it took: mostly 0
   * @throws IllegalArgumentException if it has other dimensions
   */
  public long add(float[] vector, long itemHash, long storedMillis, long readMillis) {
    if (vector.length != dimensions) {
      throw new IllegalArgumentException(
          vector.length + " dimensions where " + dimensions + " are added up");
    }
    long bytes = stored.add(storedMillis) + read.add(readMillis);
    ahead += storedMillis < -AHEAD_MILLIS ? 1 : 0;
    double[] x = new double[dimensions];
    double square = 0;
    for (int j = 0; j < x.length; j++) {
      x[j] = vector[j];
      square += x[j] * x[j];
    }
    if (!Double.isFinite(square)) {
      notFinite++;
      return bytes;
    }
    if (square == 0) {
      zero++;
      return bytes;
    }
    for (int j = 0; j < x.length; j++) {
      squares[j] += x[j] * x[j];
    }
    int group = (int) itemHash & (GROUPS - 1);
    if (groups[group] == null) {
      bytes += OVERHEAD_BYTES + (long) GroupSums.flatLength(dimensions) * Double.BYTES;
    }
    group(group).add(x, square);
    return bytes;
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
    ahead += other.ahead;
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

  /** All but the {@link #part parts}. */
  public TrafficCounts counts() {
    TrafficCounts counts = new TrafficCounts();
    counts.dimensions = dimensions;
    counts.usable = usable();
    counts.notFinite = notFinite;
    counts.zero = zero;
    counts.gone = gone;
    counts.ahead = ahead;
    counts.stored = stored.copy();
    counts.read = read.copy();
    return counts;
  }

  /**
   * A part, as numbers that add up: that of a group grows with the vectors of its items alone.
   *
   * @param number from 0 on, below {@link #PARTS}
   * @return null where there is nothing
   */
  public double @Nullable [] part(int number) {
    if (number == GROUPS) {
      return usable() == 0 ? null : squares.clone();
    }
    GroupSums group = groups[number];
    return group == null ? null : group.flat();
  }

  /** Sums of which all is there but the parts, which {@link #addPart} puts in their places. */
  public static TrafficSums of(TrafficCounts counts) {
    TrafficSums sums = new TrafficSums(counts.dimensions);
    sums.notFinite = counts.notFinite;
    sums.zero = counts.zero;
    sums.gone = counts.gone;
    sums.ahead = counts.ahead;
    sums.stored.merge(counts.stored);
    sums.read.merge(counts.read);
    return sums;
  }

  /**
   * Adds a {@link #part}.
   *
   * @throws IllegalArgumentException if it is of other dimensions
   */
  public void addPart(int number, double[] part) {
    int expected = number == GROUPS ? dimensions : GroupSums.flatLength(dimensions);
    if (part.length != expected) {
      throw new IllegalArgumentException(
          "%d numbers where %d are a part of %d dimensions"
              .formatted(part.length, expected, dimensions));
    }
    if (number == GROUPS) {
      GroupSums.addAll(squares, part);
    } else {
      group(number).addFlat(part);
    }
  }

  static int checked(int dimensions) throws IOException {
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw new IOException("vectors of " + dimensions + " dimensions");
    }
    return dimensions;
  }

  /** Writes all of it, big-endian, as {@link #LAYOUT} says. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(dimensions);
    out.writeLong(notFinite);
    out.writeLong(zero);
    out.writeLong(gone);
    out.writeLong(ahead);
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

  /**
   * Reads what {@link #write} wrote.
   *
   * @param layout from 1 on, up to {@link #LAYOUT}
   */
  public static TrafficSums read(int layout, DataInput in) throws IOException {
    TrafficSums sums = new TrafficSums(checked(in.readInt()));
    sums.notFinite = in.readLong();
    sums.zero = in.readLong();
    sums.gone = in.readLong();
    sums.ahead = layout == 1 ? 0 : in.readLong();
    GroupSums.read(in, sums.squares);
    sums.stored.merge(DelayCounts.read(in));
    sums.read.merge(DelayCounts.read(in));
    for (int g = 0; g < GROUPS; g++) {
      if (in.readBoolean()) {
        sums.groups[g] = GroupSums.read(in, sums.dimensions);
      }
    }
    return sums;
  }
}
