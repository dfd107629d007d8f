package dev.runway.drift.distribution;

/**
 * How much more counts of windows scatter than independent events would: the mean of (PSI / k) / (B
 * - 1) over windows without drift, at least 1. It equals the design effect 1 + (m - 1) rho of users
 * that send m events with correlation rho. Immutable.
 *
 * @param windows in-control windows it was measured on
 * @param sum of (PSI / k) / (B - 1)
 */
public record Overdispersion(long windows, double sum) {

  /** Fewer windows than this say nothing. */
  public static final int MIN_WINDOWS = 20;

  public static final Overdispersion UNKNOWN = new Overdispersion(0, 0);

  /** Adds one window without drift; one that has a single bin tells nothing. */
  public Overdispersion plus(PsiTest window) {
    return window.degrees() == 0
        ? this
        : new Overdispersion(windows + 1, sum + window.psi() / window.k() / window.degrees());
  }

  /** Adds a window by its ratio to what is expected of independent events. */
  public Overdispersion plus(double ratio) {
    return new Overdispersion(windows + 1, sum + ratio);
  }

  public Overdispersion plus(Overdispersion other) {
    return new Overdispersion(windows + other.windows, sum + other.sum);
  }

  /** The factor by which 1/N + 1/M is multiplied; 1 below {@link #MIN_WINDOWS}. */
  public double factor() {
    return windows < MIN_WINDOWS ? 1 : mean();
  }

  /** The same of however few windows; 1 of none. */
  public double mean() {
    return windows == 0 ? 1 : Math.max(1, sum / windows);
  }
}
