package dev.runway.drift.distribution;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The m interior edges of m + 1 bins: (-inf, e_0], (e_0, e_1], ... (e_m-1, +inf). Immutable.
 *
 * <p>Right-closed, with open outer bins: a value beyond all that was seen counts in an end bin.
 */
public final class Edges {

  /** Numeric features with at most this many values get one bin per value. */
  public static final int DISCRETE = 20;

  private static final Edges NONE = new Edges(new double[0]);

  private final double[] edges;

  private Edges(double[] edges) {
    this.edges = edges;
  }

  /**
   * Edges as given.
   *
   * @throws IllegalArgumentException if the edges do not ascend strictly or are not finite
   */
  public static Edges of(double... edges) {
    double[] copy = new double[edges.length];
    for (int i = 0; i < edges.length; i++) {
      // Adding 0 turns -0.0 into 0.0, which compares as the same number but not as the same bits.
      copy[i] = edges[i] + 0.0;
      if (!Double.isFinite(copy[i]) || (i > 0 && !(copy[i - 1] < copy[i]))) {
        throw new IllegalArgumentException(
            "edges must be finite and ascend, but edge " + i + " is " + edges[i]);
      }
    }
    return new Edges(copy);
  }

  /**
   * Quantiles of a sample by nearest rank: edge j of B - 1 is the value of rank ceil(j n / B), ties
   * dropped, and without a last edge at the maximum, behind which no bin could be filled.
   *
   * @param sorted finite values in ascending order
   * @param bins wanted number of bins, 2 or more
   */
  public static Edges quantiles(double[] sorted, int bins) {
    if (sorted.length == 0) {
      return NONE;
    }
    double maximum = sorted[sorted.length - 1];
    double[] edges = new double[bins - 1];
    int size = 0;
    for (int j = 1; j < bins; j++) {
      long rank = ((long) j * sorted.length + bins - 1) / bins;
      double edge = sorted[(int) rank - 1] + 0.0;
      if (edge < maximum && (size == 0 || edges[size - 1] < edge)) {
        edges[size++] = edge;
      }
    }
    return new Edges(Arrays.copyOf(edges, size));
  }

  /**
   * The bins of a reference sample for drift decisions. One bin per value where there are at most
   * {@link #DISCRETE}; else quantiles, with each atom, a value that alone holds 1 / bins or more,
   * in a bin of its own. Without that a value that holds nearly everything shares its bin with what
   * lies below, and mass may leave it unseen.
   *
   * <p>A constant is an atom too: bins below, at and above it.
   */
  public static Edges forReference(double[] sorted, int bins) {
    if (sorted.length == 0) {
      return NONE;
    }
    double[] distinct =
        Arrays.stream(sorted).map(x -> x + 0.0).distinct().limit(DISCRETE + 1L).toArray();
    if (distinct.length <= DISCRETE) {
      return isolating(distinct, NONE);
    }
    return isolating(atoms(sorted, bins), quantiles(sorted, bins));
  }

  private static double[] atoms(double[] sorted, int bins) {
    DoubleStream.Builder atoms = DoubleStream.builder();
    int start = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[start]) {
        if ((long) (i - start) * bins >= sorted.length) {
          atoms.add(sorted[start] + 0.0);
        }
        start = i;
      }
    }
    return atoms.build().toArray();
  }

  /** Adds an edge at each value and one just below it. */
  private static Edges isolating(double[] values, Edges others) {
    return others.union(
        new Edges(
            Arrays.stream(values)
                .flatMap(value -> DoubleStream.of(Math.nextDown(value), value))
                .filter(Double::isFinite)
                .map(edge -> edge + 0.0)
                .sorted()
                .distinct()
                .toArray()));
  }

  /** The edges of both: every bin of this and of the other is a run of bins of the union. */
  public Edges union(Edges other) {
    return new Edges(
        DoubleStream.concat(Arrays.stream(edges), Arrays.stream(other.edges))
            .sorted()
            .distinct()
            .toArray());
  }

  /** The bin of a value: how many edges lie below it. NaN has none and is refused. */
  public int bin(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("NaN has no bin");
    }
    int found = Arrays.binarySearch(edges, value + 0.0);
    return found >= 0 ? found : -found - 1;
  }

  /** Counts values by bin, leaving out NaN. */
  public long[] count(double[] values) {
    long[] counts = new long[bins()];
    for (double value : values) {
      if (!Double.isNaN(value)) {
        counts[bin(value)]++;
      }
    }
    return counts;
  }

  /**
   * Counts of these bins as counts of wider ones.
   *
   * @param counts one per bin of these edges
   * @param wider edges that are all edges of this as well
   * @throws IllegalArgumentException if one is not, for then the counts cannot be known
   */
  public long[] fold(long[] counts, Edges wider) {
    if (counts.length != bins()) {
      throw new IllegalArgumentException(counts.length + " counts for " + bins() + " bins");
    }
    long[] folded = new long[wider.bins()];
    int target = 0;
    for (int i = 0; i < counts.length; i++) {
      folded[target] += counts[i];
      if (i < edges.length && target < wider.edges.length && edges[i] >= wider.edges[target]) {
        if (edges[i] != wider.edges[target]) {
          throw new IllegalArgumentException("no edge at " + wider.edges[target]);
        }
        target++;
      }
    }
    if (target != wider.edges.length) {
      throw new IllegalArgumentException("no edge at " + wider.edges[target]);
    }
    return folded;
  }

  public int bins() {
    return edges.length + 1;
  }

  public int size() {
    return edges.length;
  }

  public double get(int index) {
    return edges[index];
  }

  public double[] toArray() {
    return edges.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Edges that && Arrays.equals(that.edges, edges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(edges);
  }

  @Override
  public String toString() {
    return Arrays.toString(edges);
  }
}
