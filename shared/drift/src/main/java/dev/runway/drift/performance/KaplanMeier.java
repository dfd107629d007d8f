package dev.runway.drift.performance;

import org.jspecify.annotations.Nullable;

/**
 * Distribution of the label delay from delays of labelled predictions and ages of those still
 * without a label (right-censored), by the product limit of Kaplan and Meier, in the bins of {@link
 * DelayCounts}.
 *
 * <p>Inside a bin labels come before censoring, as is usual for ties. Beyond the longest label the
 * curve stays where it is: predictions that never get a label keep it below 1.
 */
public final class KaplanMeier {

  private final double[] cdf = new double[DelayBins.SIZE];

  /** Takes a snapshot; later changes of the counts are not seen. */
  public KaplanMeier(DelayCounts labelled, DelayCounts unlabelled) {
    double atRisk = (double) labelled.count() + unlabelled.count();
    double survival = 1;
    for (int bin = 0; bin < DelayBins.SIZE; bin++) {
      long labels = labelled.inBin(bin);
      if (labels > 0 && atRisk > 0) {
        survival *= Math.max(0, 1 - labels / atRisk);
      }
      cdf[bin] = 1 - survival;
      atRisk -= labels + unlabelled.inBin(bin);
    }
  }

  /** Share of predictions with a label by this age, F(age), at the resolution of a 2 % bin. */
  public double cdf(long ageMillis) {
    return ageMillis < 0 ? 0 : cdf[DelayBins.index(ageMillis)];
  }

  /**
   * The age in ms by which a share q of all predictions has its label.
   *
   * @param q in (0, 1]
   * @return null if the curve never gets there
   */
  public @Nullable Double quantile(double q) {
    if (!(q > 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile " + q + " is not in (0, 1]");
    }
    for (int bin = 0; bin < cdf.length; bin++) {
      // Products of shares miss by a few ulps what they would be on paper.
      if (cdf[bin] >= q - 1e-12) {
        return DelayBins.middle(bin);
      }
    }
    return null;
  }

  /**
   * Share of a window's predictions expected to have a label at the horizon: those that have one,
   * and of the others the share (F(H) - F(a)) / (1 - F(a)) that gets one between age and horizon.
   *
   * @param matched predictions with a label, counted or in weight units
   * @param total predictions, in the same unit
   * @param ageMillis age a of the window's predictions
   * @param horizonMillis the horizon H
   * @return in [0, 1], null without predictions
   */
  public @Nullable Double expectedCoverage(
      long matched, long total, long ageMillis, long horizonMillis) {
    if (matched < 0 || matched > total) {
      throw new IllegalArgumentException(matched + " matched of " + total + " predictions");
    }
    if (total == 0) {
      return null;
    }
    double now = cdf(ageMillis);
    double later = cdf(Math.max(ageMillis, horizonMillis));
    double gain = now < 1 ? (later - now) / (1 - now) : 0;
    return (matched + (total - matched) * gain) / total;
  }
}
