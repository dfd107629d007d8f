package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Counts by small bin number, kept as one plain array over the touched range of bins.
 *
 * <p>A dense array of all bins costs 2.4 KB a class and group while thousands of groups live at
 * once; a hash map costs probing on each event. Scores and delays of one model fill a contiguous
 * range, so an array over that range is small and as fast as the dense one, and grows only when a
 * new extreme comes.
 *
 * <p>Sums of weights wrap at 2^63 units and come back when as much is taken back; whoever reads
 * them asks first whether the sum over all bins is a {@link WeightSum#fitsLong long}.
 */
final class BinCounts implements Part<BinCounts> {

  private final int size;
  private long[] counts = new long[0];
  private int first;

  /** Bins 0 to size - 1. */
  BinCounts(int size) {
    this.size = size;
  }

  void add(int bin, long delta) {
    int slot = bin - first;
    if (slot < 0 || slot >= counts.length) {
      grow(bin);
      slot = bin - first;
    }
    counts[slot] += delta;
  }

  private void grow(int bin) {
    if (counts.length == 0) {
      first = bin & ~7;
      counts = new long[8];
      return;
    }
    int from = Math.min(first, bin & ~7);
    int to = Math.max(first + counts.length, (bin & ~7) + 8);
    long[] wider = new long[to - from];
    System.arraycopy(counts, 0, wider, first - from, counts.length);
    counts = wider;
    first = from;
  }

  @Override
  public void merge(BinCounts other, int sign) {
    for (int i = 0; i < other.counts.length; i++) {
      if (other.counts[i] != 0) {
        add(other.first + i, sign * other.counts[i]);
      }
    }
  }

  long get(int bin) {
    int slot = bin - first;
    return slot < 0 || slot >= counts.length ? 0 : counts[slot];
  }

  /** More was taken back from a bin than added so far. */
  boolean anyNegative() {
    for (long count : counts) {
      if (count < 0) {
        return true;
      }
    }
    return false;
  }

  /** One past the last bin that may be non-zero. */
  int end() {
    return first + counts.length;
  }

  @Override
  public boolean isEmpty() {
    for (long count : counts) {
      if (count != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the non-zero bins only, so that equal counts give equal bytes whatever came before, and
   * their common trailing zero bits once: unsampled events weigh 2^20 units each.
   */
  @Override
  public void write(DataOutput out) throws IOException {
    int used = 0;
    long bits = 0;
    for (long count : counts) {
      used += count == 0 ? 0 : 1;
      bits |= count;
    }
    Varints.writeUnsigned(out, used);
    if (used == 0) {
      return;
    }
    int shift = Long.numberOfTrailingZeros(bits);
    out.writeByte(shift);
    int previous = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        Varints.writeUnsigned(out, first + i - previous);
        Varints.writeSigned(out, counts[i] >> shift);
        previous = first + i;
      }
    }
  }

  /** Refuses bins that cannot be before anything is allocated for them. */
  @Override
  public void readFrom(DataInput in) throws IOException {
    int used = Varints.readIndex(in, size, "bin count");
    int shift = used == 0 ? 0 : in.readUnsignedByte();
    if (shift > 63) {
      throw new IOException("bin counts shifted by " + shift + " bits");
    }
    int bin = 0;
    for (int i = 0; i < used; i++) {
      bin += Varints.readIndex(in, size - 1 - bin, "bin");
      add(bin, Varints.readSigned(in) << shift);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof BinCounts that)) {
      return false;
    }
    int end = Math.max(end(), that.end());
    for (int bin = Math.min(first, that.first); bin < end; bin++) {
      if (get(bin) != that.get(bin)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int i = 0; i < counts.length; i++) {
      // A zero bin must not count: the touched range is history, not content.
      hash += (first + i + 1) * 31 * Long.hashCode(counts[i]);
    }
    return hash;
  }
}
