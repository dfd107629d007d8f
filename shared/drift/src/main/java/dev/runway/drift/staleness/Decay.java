package dev.runway.drift.staleness;

/**
 * How much worse a metric has become for certain: the lower end of the one-sided 95 % interval.
 *
 * @param lowerBound of the reference less the present value, where more is better; below 0 when it
 *     may as well be better
 */
public record Decay(double lowerBound) {
  /** Quantile of the one-sided 95 % interval. */
  public static final double Z = 1.6448536269514722;

  /**
   * Of a metric of which more is better.
   *
   * @param standardError of the difference
   */
  public static Decay of(double reference, double current, double standardError) {
    return new Decay(reference - current - Z * standardError);
  }

  /** Of a metric of which less is better. */
  public static Decay ofLoss(double reference, double current, double standardError) {
    return of(-reference, -current, standardError);
  }

  /** As a share of the reference, which is above 0. */
  public Decay relativeTo(double reference) {
    return new Decay(lowerBound / reference);
  }
}
