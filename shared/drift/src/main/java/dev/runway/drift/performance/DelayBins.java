package dev.runway.drift.performance;

/**
 * Right-closed bins of delays: bin 0 holds 0 ms, bin b the delays in (1.02^(b-2), 1.02^(b-1)] ms,
 * up to 40 days.
 *
 * <p>The geometric middle of a bin is within sqrt(1.02) - 1, less than 1 %, of every delay in it.
 */
final class DelayBins {

  static final double GAMMA = 1.02;

  /** 40 days; a longer delay counts as this one. */
  static final long MAX_MILLIS = 40L * 24 * 60 * 60 * 1000;

  private static final double LOG_GAMMA = StrictMath.log(GAMMA);

  /** Included upper edges, edge 0 is 0 ms, edge 1 is 1 ms; the last one reaches 40 days. */
  private static final double[] EDGES = edges();

  static final int SIZE = EDGES.length;

  private DelayBins() {}

  private static double[] edges() {
    int size = 2 + (int) Math.ceil(StrictMath.log((double) MAX_MILLIS) / LOG_GAMMA);
    double[] edges = new double[size];
    for (int bin = 1; bin < size; bin++) {
      edges[bin] = StrictMath.pow(GAMMA, bin - 1);
    }
    return edges;
  }

  static long clamp(long millis) {
    return Math.min(Math.max(millis, 0), MAX_MILLIS);
  }

  static int index(long millis) {
    double delay = clamp(millis);
    if (delay <= 1) {
      return (int) delay;
    }
    // The logarithm may miss by one at an edge; the table decides.
    int bin = Math.min(1 + (int) Math.ceil(StrictMath.log(delay) / LOG_GAMMA), SIZE - 1);
    if (delay > EDGES[bin]) {
      return bin + 1;
    }
    return delay <= EDGES[bin - 1] ? bin - 1 : bin;
  }

  /** Geometric middle of a bin in ms; 1 for the bin of 1 ms. */
  static double middle(int bin) {
    return bin <= 1 ? bin : Math.sqrt(EDGES[bin - 1] * EDGES[bin]);
  }

  static double upperEdge(int bin) {
    return EDGES[bin];
  }
}
