package dev.runway.drift.concept;

import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Labelled predictions of a regression model in the bins of {@link ResidualBins}, which makes them:
 * prediction and residual together, and outcomes alone. Mutable and not thread safe.
 */
public final class ResidualCounts {
  private final LabelledBins cells;

  /** One bin, for nothing is known of these but the outcome. */
  private final LabelledBins outcomes;

  ResidualCounts(LabelledBins cells, LabelledBins outcomes) {
    this.cells = cells;
    this.outcomes = outcomes;
  }

  public void add(ResidualCounts other) {
    cells.merge(other.cells);
    outcomes.merge(other.outcomes);
  }

  /** Predictions whose residual can be compared, by prediction and residual. */
  public LabelledBins cells() {
    return cells;
  }

  /** All predictions by what came of them. */
  public long[] outcomes() {
    return outcomes.byLabel();
  }

  LabelledBins byOutcome() {
    return outcomes;
  }

  /** Labelled predictions, also those that are not compared. */
  public long labels() {
    return outcomes.total();
  }

  public void write(DataOutput out) throws IOException {
    write(out, cells);
    write(out, outcomes);
  }

  /** Most cells are small or 0: a byte each, where a long would be eight. */
  private static void write(DataOutput out, LabelledBins bins) throws IOException {
    Varints.writeUnsigned(out, bins.bins());
    Varints.writeUnsigned(out, bins.labels());
    for (int bin = 0; bin < bins.bins(); bin++) {
      for (int label = 0; label < bins.labels(); label++) {
        Varints.writeUnsigned(out, bins.get(bin, label));
      }
    }
  }

  /** Reads what {@link #write} wrote. */
  public static ResidualCounts read(DataInput in) throws IOException {
    return new ResidualCounts(readBins(in), readBins(in));
  }

  private static LabelledBins readBins(DataInput in) throws IOException {
    int bins = Varints.readIndex(in, ResidualBins.MAX_BINS, "bins of predictions");
    int labels = Varints.readIndex(in, ResidualBins.MAX_BINS, "bins of residuals");
    LabelledBins read;
    try {
      read = new LabelledBins(bins, labels);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    for (int bin = 0; bin < bins; bin++) {
      for (int label = 0; label < labels; label++) {
        read.add(bin, label, Varints.readUnsigned(in));
      }
    }
    return read;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResidualCounts that
        && that.cells.equals(cells)
        && that.outcomes.equals(outcomes);
  }

  @Override
  public int hashCode() {
    return 31 * cells.hashCode() + outcomes.hashCode();
  }
}
