package dev.runway.drift.concept;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The bins in which concept drift of a regression model is measured, frozen with the reference, and
 * what it has in them: deciles of the prediction, and the deciles of the residual (outcome less
 * prediction) in the place of a label. Values that come again and again have bins of their own, as
 * in drift. Immutable.
 *
 * <p>Predictions beyond 98 % of the reference's are left out, and so are bins in which it has fewer
 * than 20: nobody knows what those meant. It also keeps the outer bins from being endless.
 */
public final class ResidualBins {
  /** Bins of one axis: 20 values that are alone in theirs, and what lies between. */
  static final int MAX_BINS = 2 * Edges.DISCRETE + 1;

  private static final int DECILES = 10;

  /** Share of the predictions at either end that is left out. */
  private static final double OUTER = 0.01;

  /** Labels of the reference that a bin needs to be compared. */
  private static final long LEAST = 20;

  private static final int LEFT_OUT = -1;

  /** How predictions, residuals and outcomes are cut, and between which predictions. */
  private record Axes(
      double lowest, double highest, Edges predictions, Edges residuals, Edges outcomes) {

    static Axes of(double[] predictions, double[] residuals) {
      double[] sorted = sorted(predictions);
      int outer = (int) (OUTER * sorted.length);
      double[] outcomes = new double[predictions.length];
      Arrays.setAll(outcomes, i -> predictions[i] + residuals[i]);
      return new Axes(
          sorted[outer],
          sorted[sorted.length - 1 - outer],
          Edges.forReference(sorted, DECILES),
          Edges.forReference(sorted(residuals), DECILES),
          Edges.forReference(sorted(outcomes), DECILES));
    }

    private static double[] sorted(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted;
    }

    /** Range of a prediction between two edges. */
    int range(double prediction) {
      return prediction < lowest || prediction > highest ? LEFT_OUT : predictions.bin(prediction);
    }
  }

  private final Axes axes;

  /** Bin of each range of predictions. */
  private final int[] binOf;

  private final int size;
  private final ResidualCounts reference;

  private ResidualBins(Axes axes, int[] binOf, ResidualCounts reference) {
    this.axes = axes;
    this.binOf = binOf;
    this.size = reference.cells().bins();
    this.reference = reference;
  }

  /**
   * The bins of a reference.
   *
   * @param predictions finite
   * @param residuals of the same, finite
   * @throws IllegalArgumentException if no bin has enough labels; a thousand are always enough
   */
  public static ResidualBins of(double[] predictions, double[] residuals) {
    Axes axes = Axes.of(predictions, residuals);
    long[] labels = new long[axes.predictions().bins()];
    for (double prediction : predictions) {
      int range = axes.range(prediction);
      if (range != LEFT_OUT) {
        labels[range]++;
      }
    }
    int[] binOf = new int[labels.length];
    int size = 0;
    for (int range = 0; range < labels.length; range++) {
      binOf[range] = labels[range] >= LEAST ? size++ : LEFT_OUT;
    }
    if (size == 0) {
      throw new IllegalArgumentException(predictions.length + " labels fill no bin with " + LEAST);
    }
    ResidualBins bins = new ResidualBins(axes, binOf, none(axes, size));
    for (int i = 0; i < predictions.length; i++) {
      bins.count(predictions[i], residuals[i], bins.reference);
    }
    return bins;
  }

  private static ResidualCounts none(Axes axes, int size) {
    return new ResidualCounts(
        new LabelledBins(size, axes.residuals().bins()),
        new LabelledBins(1, axes.outcomes().bins()));
  }

  /** Counts of nothing yet. */
  public ResidualCounts none() {
    return none(axes, size);
  }

  /**
   * Adds a labelled prediction to counts that {@link #none} made.
   *
   * @param prediction finite
   * @param residual finite
   */
  public void count(double prediction, double residual, ResidualCounts counts) {
    counts.byOutcome().add(0, axes.outcomes().bin(prediction + residual), 1);
    int bin = bin(prediction);
    if (bin != LEFT_OUT) {
      counts.cells().add(bin, axes.residuals().bin(residual), 1);
    }
  }

  /** Bin of a prediction; -1 for one that is left out. */
  public int bin(double prediction) {
    int range = axes.range(prediction);
    return range == LEFT_OUT ? LEFT_OUT : binOf[range];
  }

  /** How residuals are cut. */
  Edges residuals() {
    return axes.residuals();
  }

  /** Counts of the reference; not to be added to. */
  public ResidualCounts reference() {
    return reference;
  }

  /** Writes the content; whoever holds it says its version. */
  public void write(DataOutput out) throws IOException {
    out.writeDouble(axes.lowest());
    out.writeDouble(axes.highest());
    write(out, axes.predictions());
    write(out, axes.residuals());
    write(out, axes.outcomes());
    for (int bin : binOf) {
      out.writeBoolean(bin != LEFT_OUT);
    }
    reference.write(out);
  }

  private static void write(DataOutput out, Edges edges) throws IOException {
    Varints.writeUnsigned(out, edges.size());
    for (int i = 0; i < edges.size(); i++) {
      out.writeDouble(edges.get(i));
    }
  }

  /** Reads what {@link #write} wrote. */
  public static ResidualBins read(DataInput in) throws IOException {
    Axes axes =
        new Axes(in.readDouble(), in.readDouble(), readEdges(in), readEdges(in), readEdges(in));
    int[] binOf = new int[axes.predictions().bins()];
    int size = 0;
    for (int range = 0; range < binOf.length; range++) {
      binOf[range] = in.readBoolean() ? size++ : LEFT_OUT;
    }
    ResidualCounts reference = ResidualCounts.read(in);
    if (size != reference.cells().bins()) {
      throw new IOException(
          "counts of %d bins for %d of them".formatted(reference.cells().bins(), size));
    }
    return new ResidualBins(axes, binOf, reference);
  }

  private static Edges readEdges(DataInput in) throws IOException {
    double[] edges = new double[Varints.readIndex(in, MAX_BINS - 1, "edges")];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = in.readDouble();
    }
    try {
      return Edges.of(edges);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
