package dev.runway.driftmonitor.concept;

/** Errors and losses of one window, added up in the order of time. */
final class WindowLosses {
  private long n;
  private long errors;
  private double sum;
  private double squares;

  void add(boolean error, double excess) {
    n++;
    errors += error ? 1 : 0;
    sum += excess;
    squares += excess * excess;
  }

  long count() {
    return n;
  }

  /** Share of decisions that were wrong. */
  double errorRate() {
    return (double) errors / n;
  }

  /** Mean loss beyond what the reference expects. */
  double mean() {
    return sum / n;
  }

  double standardError() {
    return n < 2 ? Double.NaN : Math.sqrt(Math.max(0, squares / n - mean() * mean()) / (n - 1));
  }
}
