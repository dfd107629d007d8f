package dev.runway.driftmonitor.concept;

/** Losses of one window, bare and beyond what was expected, added up in the order of time. */
final class WindowLosses {
  private final Losses bare = new Losses();
  private final Losses excess = new Losses();

  /**
   * Adds one.
   *
   * @param bareLoss 1 or 0 for a wrong or a right decision, or an absolute residual
   * @param excessLoss what the detectors take
   */
  void add(double bareLoss, double excessLoss) {
    bare.add(bareLoss);
    excess.add(excessLoss);
  }

  long count() {
    return bare.n;
  }

  double bareMean() {
    return bare.sum / bare.n;
  }

  /** Standard error of {@link #bareMean}; NaN for less than two. */
  double bareError() {
    return bare.error();
  }

  /** Mean loss beyond what the reference expects. */
  double mean() {
    return excess.sum / excess.n;
  }

  /** Standard error of {@link #mean}; NaN for less than two. */
  double error() {
    return excess.error();
  }

  /** By Welford's recursion: a sum of squares would lose the scatter of large losses. */
  private static final class Losses {
    private long n;

    /** The mean of ones and zeros is that of their counts, to the last bit. */
    private double sum;

    private double mean;
    private double m2;

    void add(double loss) {
      n++;
      sum += loss;
      double distance = loss - mean;
      mean += distance / n;
      m2 += distance * (loss - mean);
    }

    double error() {
      return n < 2 ? Double.NaN : Math.sqrt(m2 / (n - 1) / n);
    }
  }
}
