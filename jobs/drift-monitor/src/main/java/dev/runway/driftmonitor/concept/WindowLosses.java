package dev.runway.driftmonitor.concept;

/** Losses of one window, bare and beyond what was expected, added up in the order of time. */
final class WindowLosses {
  private long n;
  private double bareSum;
  private double bareSquares;
  private double sum;
  private double squares;

  /**
   * Adds one.
   *
   * @param bare 1 or 0 for a wrong or a right decision, or an absolute residual
   * @param excess what the detectors take
   */
  void add(double bare, double excess) {
    n++;
    bareSum += bare;
    bareSquares += bare * bare;
    sum += excess;
    squares += excess * excess;
  }

  long count() {
    return n;
  }

  double bareMean() {
    return bareSum / n;
  }

  /** Standard error of {@link #bareMean}; NaN for less than two. */
  double bareError() {
    return error(bareSum, bareSquares);
  }

  /** Mean loss beyond what the reference expects. */
  double mean() {
    return sum / n;
  }

  /** Standard error of {@link #mean}; NaN for less than two. */
  double error() {
    return error(sum, squares);
  }

  private double error(double total, double squared) {
    double mean = total / n;
    return n < 2 ? Double.NaN : Math.sqrt(Math.max(0, squared / n - mean * mean) / (n - 1));
  }
}
