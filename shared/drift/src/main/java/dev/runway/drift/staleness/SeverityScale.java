package dev.runway.drift.staleness;

/**
 * From a value to a severity: 0 at 0 and below, 0.5 at {@code warn}, 1 from {@code critical} on,
 * and straight lines between.
 */
public record SeverityScale(double warn, double critical) {

  /** Checks the order of the thresholds. */
  public SeverityScale {
    if (!(warn > 0 && critical > warn)) {
      throw new IllegalArgumentException(
          "warn %s must be above 0 and below critical %s".formatted(warn, critical));
    }
  }

  /** The severity of a value, 0 to 1. */
  public double severity(double x) {
    if (x <= 0) {
      return 0;
    }
    if (x < warn) {
      return 0.5 * x / warn;
    }
    return x < critical ? 0.5 + 0.5 * (x - warn) / (critical - warn) : 1;
  }
}
