package dev.runway.drift.reading;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.Smoothing;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;

/**
 * The largest PSI that a window can show of a feature, whatever happens to values that are known:
 * all of them in one bin, the rarest that the reference has. Where windows scatter so much that the
 * threshold is above it, the feature is blind: that it does not fire says nothing.
 *
 * <p>That it is the rarest one: with q ln(q / p) - p ln(q / p) of a bin, moving the window's mass
 * to a rarer bin adds more there than it takes away where it came from, as the mixed derivative -
 * 1/p - 1/q is below 0. Only a word that was never seen may bring PSI further, and that has a
 * signal of its own.
 */
public final class Reach {
  private Reach() {}

  /**
   * The largest PSI of a window of so many values.
   *
   * @param values 1 or more
   * @return 0 for a feature of which the reference has no value
   */
  public static double of(FeatureProfile feature, long values) {
    return feature.n() == 0 ? 0 : shares(feature, values).psi();
  }

  /**
   * The test of a window with the largest PSI; its threshold is that of any window of as many
   * values, as far as these fill the same bins.
   *
   * @param feature with at least one value in the reference
   * @param values 1 or more
   * @param dispersion of the windows; the reference has its own
   */
  public static PsiTest test(FeatureProfile feature, long values, Dispersion dispersion) {
    return PsiTest.of(
        shares(feature, values), Dispersion.of(feature.dispersion().factor()), dispersion);
  }

  private static BinnedShares shares(FeatureProfile feature, long values) {
    if (values < 1) {
      throw new IllegalArgumentException("a window of " + values + " values");
    }
    // Which bins there are depends on how many values the window has, and not on which.
    long[] reference = Contrasts.baseline(feature, oneBin(bins(feature), 0, values)).reference();
    int rarest = -1;
    for (int i = 0; i < reference.length; i++) {
      // What fills a bin that is empty in the reference is no value that is known.
      if (reference[i] > 0 && (rarest < 0 || reference[i] < reference[rarest])) {
        rarest = i;
      }
    }
    return BinnedShares.of(reference, oneBin(reference.length, rarest, values), Smoothing.JEFFREYS);
  }

  private static int bins(FeatureProfile feature) {
    return feature instanceof CategoricalProfile words
        ? words.words().size() + 1
        : ((NumericProfile) feature).edges().bins();
  }

  private static long[] oneBin(int bins, int bin, long values) {
    long[] counts = new long[bins];
    counts[bin] = values;
    return counts;
  }
}
