package dev.runway.drift.statistics;

import dev.runway.drift.performance.Interval;

/**
 * Difference of two shares, current minus reference.
 *
 * @param reference share of the reference, in [0, 1]
 * @param current share now
 * @param z the difference over its pooled standard error; 0 where both shares are 0 or both 1
 * @param se standard error of the difference, not pooled
 * @param referenceTrials of the reference, in units of independent ones
 * @param currentTrials the same, now
 */
public record TwoProportions(
    double reference,
    double current,
    double z,
    double se,
    double referenceTrials,
    double currentTrials) {

  /**
   * Compares hits among trials.
   *
   * @param referenceHits at most {@code referenceTrials}, which is above 0
   * @param currentHits at most {@code currentTrials}, which is above 0
   * @param dispersion variance of the counts in units of the binomial one, 1 or above
   */
  public static TwoProportions of(
      double referenceHits,
      double referenceTrials,
      double currentHits,
      double currentTrials,
      double dispersion) {
    return of(referenceHits, referenceTrials, currentHits, currentTrials, dispersion, dispersion);
  }

  /** The same where the reference scatters otherwise than what is compared with it. */
  public static TwoProportions of(
      double referenceHits,
      double referenceTrials,
      double currentHits,
      double currentTrials,
      double referenceDispersion,
      double currentDispersion) {
    double p = referenceHits / referenceTrials;
    double q = currentHits / currentTrials;
    double pooled = (referenceHits + currentHits) / (referenceTrials + currentTrials);
    double n = referenceTrials / referenceDispersion;
    double m = currentTrials / currentDispersion;
    double variance = pooled * (1 - pooled) * (1 / n + 1 / m);
    double z = variance > 0 ? (q - p) / Math.sqrt(variance) : 0;
    double own = p * (1 - p) / n + q * (1 - q) / m;
    return new TwoProportions(p, q, z, Math.sqrt(own), n, m);
  }

  public double delta() {
    return current - reference;
  }

  /**
   * Newcombe's 95 % interval of the difference, made of Wilson's of both shares: it stays within -1
   * and 1 and holds for shares near 0, where the normal one does not.
   */
  public Interval interval() {
    Interval before = Interval.wilson(reference, referenceTrials);
    Interval now = Interval.wilson(current, currentTrials);
    return new Interval(
        delta() - Math.hypot(current - now.low(), before.high() - reference),
        delta() + Math.hypot(now.high() - current, reference - before.low()));
  }

  /** Two-sided p-value of "both shares are the same". */
  public double p() {
    return Normal.twoSided(z);
  }

  /**
   * Probability of a difference this large, in the direction it has, while the true one is the
   * tolerated one: of being immaterial. Of shares that hardly differ it is above one half.
   *
   * @param tolerated difference, above 0
   */
  public double pMaterial(double tolerated) {
    double edge = reference + Math.copySign(tolerated, delta());
    double now = Math.max(0, Math.min(1, edge));
    double variance =
        now * (1 - now) / currentTrials + reference * (1 - reference) / referenceTrials;
    double beyond = Math.abs(delta()) - tolerated;
    return variance > 0 ? Normal.survival(beyond / Math.sqrt(variance)) : beyond > 0 ? 0 : 1;
  }

  /** Cohen's effect size of two shares: the difference of 2 asin sqrt(share). */
  public double cohensH() {
    return 2 * Math.asin(Math.sqrt(current)) - 2 * Math.asin(Math.sqrt(reference));
  }
}
