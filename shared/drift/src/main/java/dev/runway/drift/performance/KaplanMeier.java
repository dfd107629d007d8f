package dev.runway.drift.performance;

/**
 * Distribution of the label delay from delays of labelled predictions and ages of those still
 * without a label (right-censored), by the product limit of Kaplan and Meier, in the bins of {@link
 * DelayCounts}. Made by {@link LabelDelays}.
 *
 * <p>Inside a bin labels come before censoring, as is usual for ties. Beyond the longest label the
 * curve stays where it is: predictions that never get a label keep it below 1.
 */
public final class KaplanMeier {

  private final double[] cdf = new double[DelayBins.SIZE];

  /**
   * Takes a snapshot; later changes of the counts are not seen.
   *
   * @param unlabelled predictions without a label by the bin of their age; parts of one are fine
   */
  KaplanMeier(DelayCounts labelled, double[] unlabelled) {
    double atRisk = labelled.count();
    for (double count : unlabelled) {
      atRisk += count;
    }
    double survival = 1;
    for (int bin = 0; bin < DelayBins.SIZE; bin++) {
      long labels = labelled.inBin(bin);
      if (labels > 0 && atRisk > 0) {
        survival *= Math.max(0, 1 - labels / atRisk);
      }
      cdf[bin] = 1 - survival;
      atRisk -= labels + unlabelled[bin];
    }
  }

  /** Share of predictions with a label by this age, F(age), at the resolution of a 2 % bin. */
  public double cdf(long ageMillis) {
    return ageMillis < 0 ? 0 : cdf[DelayBins.index(ageMillis)];
  }

  double inBin(int bin) {
    return cdf[bin];
  }

  /**
   * Of predictions of these ages that have no label yet, the share that gets one by the horizon H:
   * the mean of (F(H) - F(a)) / (1 - F(a)) over ages a, each as likely as 1 - F(a) says.
   *
   * @return in [0, 1]
   */
  public double stillLabelled(Ages ages) {
    double labelled = 0;
    double unlabelled = 0;
    double last = cdf[ages.horizonBin()];
    for (int slice = 0; slice < Ages.SLICES; slice++) {
      double now = cdf[ages.bin(slice)];
      labelled += ages.share(slice) * Math.max(0, last - now);
      unlabelled += ages.share(slice) * (1 - now);
    }
    return unlabelled > 0 ? labelled / unlabelled : 0;
  }
}
