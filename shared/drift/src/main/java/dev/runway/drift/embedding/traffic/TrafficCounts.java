package dev.runway.drift.embedding.traffic;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The part of {@link TrafficSums} that takes a few bytes whatever the dimensions: how many vectors
 * there were, of which kind, and how fresh. Merged in any order it is the same. Mutable and not
 * thread safe.
 */
public final class TrafficCounts {
  int dimensions;
  long usable;
  long notFinite;
  long zero;
  long gone;
  long ahead;
  DelayCounts stored = new DelayCounts();
  DelayCounts read = new DelayCounts();

  TrafficCounts() {}

  /** Of each vector; 0 where there were none. */
  public int dimensions() {
    return dimensions;
  }

  /** All vectors, unusable ones too. */
  public long vectors() {
    return usable + notFinite + zero;
  }

  /** Vectors that are finite and not zero. */
  public long usable() {
    return usable;
  }

  /** Vectors, and how often an item left. */
  public long events() {
    return vectors() + gone;
  }

  /** Whether both have vectors, and of other dimensions: the version has become another one. */
  public boolean isOfOthersThan(TrafficCounts other) {
    return dimensions != 0 && other.dimensions != 0 && dimensions != other.dimensions;
  }

  /** Adds others; where they {@link #isOfOthersThan}, the others alone are left. */
  public void add(TrafficCounts other) {
    if (isOfOthersThan(other)) {
      usable = 0;
      notFinite = 0;
      zero = 0;
      gone = 0;
      ahead = 0;
      stored = new DelayCounts();
      read = new DelayCounts();
      dimensions = 0;
    }
    dimensions = Math.max(dimensions, other.dimensions);
    usable += other.usable;
    notFinite += other.notFinite;
    zero += other.zero;
    gone += other.gone;
    ahead += other.ahead;
    stored.merge(other.stored);
    read.merge(other.read);
  }

  /** Writes all of it, big-endian. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(dimensions);
    out.writeLong(usable);
    out.writeLong(notFinite);
    out.writeLong(zero);
    out.writeLong(gone);
    out.writeLong(ahead);
    stored.write(out);
    read.write(out);
  }

  /** Reads what {@link #write} wrote. */
  public static TrafficCounts read(DataInput in) throws IOException {
    TrafficCounts counts = new TrafficCounts();
    counts.dimensions = TrafficSums.checked(in.readInt());
    counts.usable = in.readLong();
    counts.notFinite = in.readLong();
    counts.zero = in.readLong();
    counts.gone = in.readLong();
    counts.ahead = in.readLong();
    counts.stored = DelayCounts.read(in);
    counts.read = DelayCounts.read(in);
    return counts;
  }
}
