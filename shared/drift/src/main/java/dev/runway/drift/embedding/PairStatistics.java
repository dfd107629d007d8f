package dev.runway.drift.embedding;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * All that is kept of the pairs of two versions: {@link PairSums} of every pair and a {@link
 * PairSample}. Mergeable, mutable, not thread safe.
 */
public final class PairStatistics {
  private final PairSums sums;
  private final PairSample sample;

  /** No pairs yet. */
  public PairStatistics(int dimensionsBefore, int dimensionsAfter, int sampleCapacity) {
    this(
        new PairSums(dimensionsBefore, dimensionsAfter),
        new PairSample(sampleCapacity, dimensionsBefore, dimensionsAfter));
  }

  private PairStatistics(PairSums sums, PairSample sample) {
    this.sums = sums;
    this.sample = sample;
  }

  /**
   * Adds the two vectors of one item, which must not have come before.
   *
   * @param hash of the item, see {@link ItemHash}
   */
  public void add(long hash, float[] before, float[] after) {
    if (sums.add(before, after)) {
      sample.add(hash, before, after);
    }
  }

  public void merge(PairStatistics other) {
    sums.merge(other.sums);
    sample.merge(other.sample);
  }

  public PairSums sums() {
    return sums;
  }

  public PairSample sample() {
    return sample;
  }

  /** Writes sums and sample, each with its version. */
  public void write(DataOutput out) throws IOException {
    sums.write(out);
    sample.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are no such statistics
   */
  public static PairStatistics read(DataInput in) throws IOException {
    PairSums sums = PairSums.read(in);
    PairSample sample = PairSample.read(in);
    if (!sample.isOf(sums.dimensionsBefore(), sums.dimensionsAfter())) {
      throw new IOException("sums and sample are of different dimensions");
    }
    return new PairStatistics(sums, sample);
  }
}
