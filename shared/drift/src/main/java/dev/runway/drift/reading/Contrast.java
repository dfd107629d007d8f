package dev.runway.drift.reading;

import dev.runway.drift.distribution.BinnedShares;
import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.distribution.SketchError;
import dev.runway.drift.distribution.Smoothing;

/**
 * Reference and current counts of one feature over the bins that decide.
 *
 * @param rankError how far a current cumulative share may be off at an edge; 0 if exact
 */
record Contrast(long[] reference, long[] current, double rankError, String method) {

  BinnedShares smoothed() {
    return BinnedShares.of(reference, current, Smoothing.JEFFREYS);
  }

  PsiTest psi(Dispersion ofReference, Dispersion ofCurrent) {
    return PsiTest.of(smoothed(), ofReference, ofCurrent);
  }

  /** First-order bound of what the rank error makes of PSI, plus its second-order bias. */
  double psiError() {
    if (rankError == 0) {
      return 0;
    }
    BinnedShares shares = smoothed();
    return SketchError.psiFirstOrder(shares.reference(), shares.current(), rankError)
        + SketchError.psiUnchanged(shares.current(), rankError);
  }
}
