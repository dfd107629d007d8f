package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts of all features in a profile's wide bins, without sketches, moments and fine bins: what a
 * later window is compared with. A hundred numeric features take some 2 KB, a tenth of a tile.
 * Immutable.
 */
public final class WideCounts {

  private static final int VERSION = 2;

  /** Has the fingerprint of the fine bins alone, so nobody knows what it counted: fits nothing. */
  private static final int WITHOUT_WIDE_EDGES = 1;

  private static final int MAX_FEATURES = 1 << 16;
  private static final int MAX_BINS = 1 << 20;

  /** Of the wide bins: the same counts in others would mean something else. */
  private final long fingerprint;

  private final long events;

  /** By feature: by wide bin of a numeric one; by word of another, and last of all other words. */
  private final long[][] counts;

  private WideCounts(long fingerprint, long events, long[][] counts) {
    this.fingerprint = fingerprint;
    this.events = events;
    this.counts = counts;
  }

  /**
   * The counts of a tile.
   *
   * @param by the layout the tile was counted with
   */
  public static WideCounts of(TileLayout by, Tile tile) {
    if (!by.counted(tile)) {
      throw new IllegalArgumentException("not counted with the layout of " + tile.profileId());
    }
    long[][] counts = new long[tile.size()][];
    for (int i = 0; i < counts.length; i++) {
      FeatureProfile feature = by.profile().features().get(i);
      counts[i] =
          feature instanceof NumericProfile numeric
              ? numeric.fineEdges().fold(tile.counts(i), numeric.edges())
              : tile.counts(i);
    }
    return new WideCounts(by.wideFingerprint, tile.events(), counts);
  }

  /** Whether these are counts in the bins of a layout. */
  public boolean fits(TileLayout layout) {
    return fingerprint == layout.wideFingerprint;
  }

  /**
   * The counts of both.
   *
   * @throws IllegalArgumentException if the other one has other features or bins
   */
  public WideCounts plus(WideCounts other) {
    if (other.fingerprint != fingerprint) {
      throw new IllegalArgumentException("counts in other bins");
    }
    long[][] sum = new long[counts.length][];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = counts[i].clone();
      for (int bin = 0; bin < sum[i].length; bin++) {
        sum[i][bin] += other.counts[i][bin];
      }
    }
    return new WideCounts(fingerprint, events + other.events, sum);
  }

  /** The sum of two, either of which may be missing. */
  public static @Nullable WideCounts sum(@Nullable WideCounts a, @Nullable WideCounts b) {
    return a == null ? b : b == null ? a : a.plus(b);
  }

  public long events() {
    return events;
  }

  public int size() {
    return counts.length;
  }

  /** Events with a value of the feature. */
  public long n(int feature) {
    return Arrays.stream(counts[feature]).sum();
  }

  /** A copy. */
  public long[] counts(int feature) {
    return counts[feature].clone();
  }

  /** Writes the newest version. Equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeLong(fingerprint);
    Varints.writeUnsigned(out, events);
    Varints.writeUnsigned(out, counts.length);
    for (long[] bins : counts) {
      Varints.writeUnsigned(out, bins.length);
      Bins.write(out, bins, 0, bins.length);
    }
  }

  /**
   * Reads any version.
   *
   * @throws IOException with the reason if the bytes are no counts
   */
  public static WideCounts read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION && version != WITHOUT_WIDE_EDGES) {
      throw new IOException("counts of version " + version + ", the newest known is " + VERSION);
    }
    long fingerprint = in.readLong();
    long events = Varints.readUnsigned(in);
    long[][] counts = new long[Varints.readIndex(in, MAX_FEATURES, "number of features")][];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new long[Varints.readIndex(in, MAX_BINS, "number of bins")];
      Bins.read(in, counts[i], 0, counts[i].length);
      for (long count : counts[i]) {
        Bins.nonNegative(count);
      }
    }
    return new WideCounts(fingerprint, Bins.nonNegative(events), counts);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WideCounts that
        && that.fingerprint == fingerprint
        && that.events == events
        && Arrays.deepEquals(that.counts, counts);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(events) + Arrays.deepHashCode(counts);
  }
}
