package dev.runway.drift.profile;

import dev.runway.drift.distribution.Edges;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The fine bins of a numeric feature. */
public final class FineEdges {

  private FineEdges() {}

  /**
   * The wide edges; finer quantiles between them, rounded to floats, as four bytes are enough where
   * no decision depends on it; and an edge below the minimum and one at the maximum, so that values
   * out of range are bins of their own.
   */
  public static Edges of(Edges wide, double[] sorted, int bins, double min, double max) {
    if (sorted.length == 0) {
      return wide;
    }
    Edges range = Edges.of(range(min, max));
    double[] finer =
        Arrays.stream(Edges.quantiles(sorted, bins).toArray())
            .map(edge -> (double) (float) edge)
            .filter(edge -> edge >= min && edge < max)
            .filter(edge -> !near(edge, wide) && !near(edge, range))
            .sorted()
            .distinct()
            .toArray();
    return wide.union(range).union(Edges.of(finer));
  }

  private static double[] range(double min, double max) {
    return DoubleStream.of(Math.nextDown(min), max).filter(Double::isFinite).distinct().toArray();
  }

  /** Whether one of the edges is the same float. */
  private static boolean near(double edge, Edges edges) {
    int next = edges.bin(edge);
    return (next < edges.size() && (float) edges.get(next) == (float) edge)
        || (next > 0 && (float) edges.get(next - 1) == (float) edge);
  }
}
