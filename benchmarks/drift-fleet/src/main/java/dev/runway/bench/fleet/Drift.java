package dev.runway.bench.fleet;

import java.util.Map;

/**
 * A change of the latent numbers of some features for a while.
 *
 * @param psi its size: true PSI of the first feature, in the bins of the baseline
 * @param features name to change
 */
record Drift(long fromMillis, long untilMillis, double psi, Map<String, Change> features) {

  /** z becomes z spread + shift. */
  record Change(double shift, double spread) {
    static final Change NONE = new Change(0, 1);
  }

  boolean overlaps(long from, long end) {
    return from < untilMillis && end > fromMillis;
  }

  boolean contains(long atMillis) {
    return atMillis >= fromMillis && atMillis < untilMillis;
  }
}
