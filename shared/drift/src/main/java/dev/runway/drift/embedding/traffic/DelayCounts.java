package dev.runway.drift.embedding.traffic;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Times in buckets of 2 % each, so that a quantile is known to 1 % however many there are. Merged
 * in any order they are the same. Not thread safe.
 */
final class DelayCounts {
  private static final double GROWTH = 1.02;
  private static final double LOG_GROWTH = Math.log(GROWTH);
  private static final double MILLIS = 1_000;

  /** Longer times count as this one: some ten years. */
  private static final double MOST_MILLIS = 3e11;

  private static final int MOST_BUCKETS = bucket(MOST_MILLIS) + 1;

  /** By bucket: the first is of no time at all, the next of up to a millisecond. */
  private long[] counts = new long[0];

  private long total;

  /**
   * Adds a time; clocks that run apart make none negative.
   *
   * @return bytes that it took
   */
  long add(long millis) {
    int bucket = millis <= 0 ? 0 : bucket(Math.min((double) millis, MOST_MILLIS));
    int before = counts.length;
    room(bucket + 1);
    counts[bucket]++;
    total++;
    return (long) Long.BYTES * (counts.length - before);
  }

  private static int bucket(double millis) {
    return 1 + (int) Math.ceil(Math.log(millis) / LOG_GROWTH);
  }

  private void room(int buckets) {
    if (buckets > counts.length) {
      counts = Arrays.copyOf(counts, Math.min(MOST_BUCKETS, Math.max(buckets, 2 * counts.length)));
    }
  }

  DelayCounts copy() {
    DelayCounts copy = new DelayCounts();
    copy.merge(this);
    return copy;
  }

  void merge(DelayCounts other) {
    room(other.counts.length);
    for (int i = 0; i < other.counts.length; i++) {
      counts[i] += other.counts[i];
    }
    total += other.total;
  }

  long total() {
    return total;
  }

  /** The time of a rank from 1 on, in seconds, from the lower edge of its bucket. */
  double low(long rank) {
    int bucket = bucketOf(rank);
    return bucket <= 1 ? 0 : edge(bucket - 1);
  }

  /** The same to the upper edge. */
  double high(long rank) {
    int bucket = bucketOf(rank);
    return bucket == 0 ? 0 : edge(bucket);
  }

  /** The same in its middle: at most 1 % from what it was, but for the first millisecond. */
  double middle(long rank) {
    int bucket = bucketOf(rank);
    return bucket == 0 ? 0 : edge(bucket) / Math.sqrt(GROWTH);
  }

  private static double edge(int bucket) {
    return Math.exp((bucket - 1) * LOG_GROWTH) / MILLIS;
  }

  private int bucketOf(long rank) {
    long left = Math.max(1, Math.min(rank, total));
    int bucket = 0;
    while (left > counts[bucket]) {
      left -= counts[bucket++];
    }
    return bucket;
  }

  void write(DataOutput out) throws IOException {
    int used = 0;
    for (long count : counts) {
      used += count == 0 ? 0 : 1;
    }
    out.writeShort(used);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        out.writeShort(i);
        out.writeLong(counts[i]);
      }
    }
  }

  static DelayCounts read(DataInput in) throws IOException {
    DelayCounts read = new DelayCounts();
    int used = in.readUnsignedShort();
    for (int i = 0; i < used; i++) {
      int bucket = in.readUnsignedShort();
      long count = in.readLong();
      if (bucket >= MOST_BUCKETS || count <= 0) {
        throw new IOException(count + " times in bucket " + bucket);
      }
      read.room(bucket + 1);
      read.counts[bucket] += count;
      read.total += count;
    }
    return read;
  }
}
