package dev.runway.drift.concept;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts of (score bin, label): bins of the score at the reference's deciles, labels 0 to L - 1.
 * For regression the "label" is the decile of the residual. Merged by adding, corrected by taking
 * back.
 */
public final class LabelledBins {

  private static final int VERSION = 1;

  /** 10,000 cells are 80 KB; more would say nothing per cell anyway. */
  private static final int MAX_CELLS = 10_000;

  private final int bins;
  private final int labels;
  private final long[] counts;

  /**
   * Empty counts.
   *
   * @param bins of the score, 1 or more
   * @param labels 2 or more
   */
  public LabelledBins(int bins, int labels) {
    if (bins < 1 || labels < 2 || (long) bins * labels > MAX_CELLS) {
      throw new IllegalArgumentException(
          "%d bins of %d labels, at most %d cells".formatted(bins, labels, MAX_CELLS));
    }
    this.bins = bins;
    this.labels = labels;
    counts = new long[bins * labels];
  }

  public void add(int bin, int label, long events) {
    if (label < 0 || label >= labels) {
      throw new IndexOutOfBoundsException("label " + label + " of " + labels);
    }
    counts[bin * labels + label] += events;
  }

  public void merge(LabelledBins other) {
    if (other.bins != bins || other.labels != labels) {
      throw new IllegalArgumentException(
          "%d x %d cells into %d x %d".formatted(other.bins, other.labels, bins, labels));
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  public int bins() {
    return bins;
  }

  public int labels() {
    return labels;
  }

  public long get(int bin, int label) {
    return counts[bin * labels + label];
  }

  /** Events by bin. */
  public long[] byBin() {
    long[] sums = new long[bins];
    for (int i = 0; i < counts.length; i++) {
      sums[i / labels] += counts[i];
    }
    return sums;
  }

  /** Events by label. */
  public long[] byLabel() {
    long[] sums = new long[labels];
    for (int i = 0; i < counts.length; i++) {
      sums[i % labels] += counts[i];
    }
    return sums;
  }

  /**
   * How many labels this or another has in each bin. The rest were met on neither side, and say
   * nothing: the bin between two whole numbers cannot be filled at all.
   */
  int[] labelsMet(LabelledBins other) {
    int[] met = new int[bins];
    for (int i = 0; i < counts.length; i++) {
      met[i / labels] += counts[i] > 0 || other.counts[i] > 0 ? 1 : 0;
    }
    return met;
  }

  /** The labels that this or another has in a bin. */
  List<LabelDraw> draws(LabelledBins other, int bin) {
    long then = 0;
    long now = 0;
    for (int label = 0; label < labels; label++) {
      then += get(bin, label);
      now += other.get(bin, label);
    }
    List<LabelDraw> draws = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      long both = get(bin, label) + other.get(bin, label);
      if (both > 0) {
        draws.add(new LabelDraw(both, then, now));
      }
    }
    return draws;
  }

  public long total() {
    return Arrays.stream(counts).sum();
  }

  /** More was taken back from a cell than added so far. */
  boolean anyNegative() {
    return Arrays.stream(counts).anyMatch(count -> count < 0);
  }

  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeShort(bins);
    out.writeShort(labels);
    for (long count : counts) {
      out.writeLong(count);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static LabelledBins read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException("labelled bins of version " + version + ", known is " + VERSION);
    }
    LabelledBins read;
    try {
      read = new LabelledBins(in.readUnsignedShort(), in.readUnsignedShort());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    for (int i = 0; i < read.counts.length; i++) {
      read.counts[i] = in.readLong();
    }
    return read;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LabelledBins that
        && that.labels == labels
        && Arrays.equals(that.counts, counts);
  }

  @Override
  public int hashCode() {
    return 31 * labels + Arrays.hashCode(counts);
  }
}
