package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Histogram of label delays, or of the ages of predictions still without a label: mergeable and
 * retractable as {@link OutcomeCounts}, in bins 2 % wide from 1 ms to 40 days.
 *
 * <p>Delays below 0 (clocks that disagree) count as 0 ms, delays above 40 days as 40 days. Counts
 * are of events, without weights; the sum holds 2.6 billion delays of 40 days. Mutable and not
 * thread safe.
 */
public final class DelayCounts {

  /** Relative error of {@link #quantile} for delays above 1 ms: sqrt(1.02) - 1. */
  public static final double RELATIVE_ERROR = 0.00996;

  private static final int VERSION = 1;

  private final BinCounts bins = new BinCounts(DelayBins.SIZE);
  private long count;
  private long sumMillis;

  /**
   * Adds or retracts one delay.
   *
   * @param sign 1 adds, -1 retracts
   */
  public void add(long delayMillis, int sign) {
    if (sign != 1 && sign != -1) {
      throw new IllegalArgumentException("sign " + sign + " must be 1 (add) or -1 (retract)");
    }
    addMany(delayMillis, sign);
  }

  /**
   * Adds one delay a number of times.
   *
   * @param times below 0 retracts
   */
  public void addMany(long delayMillis, long times) {
    bins.add(DelayBins.index(delayMillis), times);
    count += times;
    sumMillis += times * DelayBins.clamp(delayMillis);
  }

  public void add(DelayCounts other) {
    bins.merge(other.bins, 1);
    count += other.count;
    sumMillis += other.sumMillis;
  }

  public long count() {
    return count;
  }

  /** Exact sum of the delays, each cut to [0, 40 days]. */
  public long sumMillis() {
    return sumMillis;
  }

  /** Mean delay in ms, null without events. */
  public @Nullable Double meanMillis() {
    return count <= 0 ? null : (double) sumMillis / count;
  }

  /**
   * The delay of rank ceil(q n) (nearest rank) in ms, within {@link #RELATIVE_ERROR}; exact for 0
   * and 1 ms.
   *
   * @param q in [0, 1]
   * @return null without events
   */
  public @Nullable Double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile " + q + " is not in [0, 1]");
    }
    if (count <= 0) {
      return null;
    }
    long rank = Math.max(1, (long) Math.ceil(q * count));
    long seen = 0;
    for (int bin = 0; bin < bins.end(); bin++) {
      seen += bins.get(bin);
      if (seen >= rank) {
        return DelayBins.middle(bin);
      }
    }
    return null;
  }

  public boolean isEmpty() {
    return count == 0 && sumMillis == 0 && bins.isEmpty();
  }

  long inBin(int bin) {
    return bins.get(bin);
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    Varints.writeSigned(out, count);
    Varints.writeSigned(out, sumMillis);
    bins.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are not such counts
   */
  public static DelayCounts read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "delay counts of version " + version + ", this build reads up to " + VERSION);
    }
    DelayCounts result = new DelayCounts();
    result.count = Varints.readSigned(in);
    result.sumMillis = Varints.readSigned(in);
    result.bins.readFrom(in);
    return result;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DelayCounts that
        && count == that.count
        && sumMillis == that.sumMillis
        && bins.equals(that.bins);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(count) + Long.hashCode(sumMillis);
  }
}
