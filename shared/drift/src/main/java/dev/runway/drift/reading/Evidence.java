package dev.runway.drift.reading;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.statistics.TwoProportions;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one feature before all features are looked at together.
 *
 * @param reference how much more the counts of the profile scatter than those of independent events
 * @param current the same of the window
 * @param currentCounts in the profile's fine bins, or by its words and the rest; null where only
 *     wide bins are known, or only the words that two vocabularies have in common
 * @param contrast null where the profile knows nothing or nothing came
 * @param psi null where there are too few values to judge
 * @param missing null where there are too few events to judge
 */
record Evidence(
    int feature,
    FeatureProfile profile,
    FeatureDrift.Status status,
    long n,
    Dispersion reference,
    Dispersion current,
    long @Nullable [] currentCounts,
    @Nullable Contrast contrast,
    @Nullable PsiTest psi,
    @Nullable TwoProportions missing) {

  /** Of a share of the window alone. */
  double dispersion() {
    return current.all();
  }

  /** By how much a standard error that rests on both sides grows. */
  double scale() {
    double before = 1.0 / profile.n();
    double now = 1.0 / n;
    return Math.sqrt((reference.all() * before + current.all() * now) / (before + now));
  }
}
