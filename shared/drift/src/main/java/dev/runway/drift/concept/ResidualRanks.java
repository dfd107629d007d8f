package dev.runway.drift.concept;

import dev.runway.drift.distribution.Edges;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Where a residual stands among those that the reference has at such predictions, from 0 for the
 * smallest to 1 for the largest in either direction. Immutable; follows from {@link ResidualBins}.
 *
 * <p>Residuals that follow the reference's law have ranks that are even between 0 and 1, whatever
 * predictions they come with, so traffic that moves to where residuals are larger does not move
 * them. Of the residuals of one cell the ranks are spread by a hash, which is the same in every
 * run: without that they would be steps, others at each prediction, and no two of them alike.
 */
public final class ResidualRanks {
  private static final double PER_BIT = 0x1p-53;

  private final ResidualBins bins;

  /** Labels of the reference in smaller cells, by bin and cell. */
  private final long[][] below;

  private final long[] labels;

  private ResidualRanks(ResidualBins bins, long[][] below, long[] labels) {
    this.bins = bins;
    this.below = below;
    this.labels = labels;
  }

  /** The ranks that a reference gives. */
  public static ResidualRanks of(ResidualBins bins) {
    LabelledBins cells = bins.reference().cells();
    int[] order = bySize(bins.residuals());
    long[][] below = new long[cells.bins()][cells.labels()];
    for (int bin = 0; bin < cells.bins(); bin++) {
      long sum = 0;
      for (int cell : order) {
        below[bin][cell] = sum;
        sum += cells.get(bin, cell);
      }
    }
    return new ResidualRanks(bins, below, cells.byBin());
  }

  /**
   * Cells from the smallest residuals to the largest. Any order would be even without a change;
   * this one makes of larger residuals higher ranks.
   */
  private static int[] bySize(Edges edges) {
    double[] size = new double[edges.bins()];
    int last = edges.size() - 1;
    size[0] = Math.abs(edges.get(0));
    size[last + 1] = Math.abs(edges.get(last));
    for (int cell = 1; cell <= last; cell++) {
      size[cell] = Math.abs(edges.get(cell - 1) / 2 + edges.get(cell) / 2);
    }
    return IntStream.range(0, size.length)
        .boxed()
        .sorted(Comparator.comparingDouble(cell -> size[cell]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Bin of a prediction; -1 for one of which the reference says too little. */
  public int bin(double prediction) {
    return bins.bin(prediction);
  }

  /** Bins of predictions. */
  public int bins() {
    return labels.length;
  }

  /** Labels that the reference has in a bin, 20 or more. */
  public long labels(int bin) {
    return labels[bin];
  }

  /**
   * Rank of a residual, 0 to 1.
   *
   * @param bin of its prediction, 0 or above
   * @param hash even over all longs, of what stays the same in every run
   */
  public double rank(int bin, double residual, long hash) {
    int cell = bins.residuals().bin(residual);
    double inside = (hash >>> 11) * PER_BIT * bins.reference().cells().get(bin, cell);
    return (below[bin][cell] + inside) / labels[bin];
  }
}
