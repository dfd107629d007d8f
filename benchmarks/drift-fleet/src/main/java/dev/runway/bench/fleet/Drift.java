package dev.runway.bench.fleet;

import java.util.Locale;
import java.util.Map;

/**
 * A change of the latent numbers of some features for a while.
 *
 * @param psi its size: true PSI of the first feature, in the bins of the baseline; NaN where it is
 *     one of new words
 * @param features name to change
 */
record Drift(long fromMillis, long untilMillis, double psi, Map<String, Change> features) {

  /**
   * z becomes z spread + shift; of a share of the values it becomes one of so many words that were
   * not there before.
   */
  record Change(double shift, double spread, double newShare, int newWords) {
    static final Change NONE = new Change(0, 1);

    Change(double shift, double spread) {
      this(shift, spread, 0, 0);
    }
  }

  /** How large it is, for people. */
  String size() {
    return Double.isNaN(psi)
        ? features.values().stream()
            .map(
                change ->
                    String.format(
                        Locale.ROOT,
                        change.newWords() == 1
                            ? "new word of %2$.0f %%"
                            : "%d new words of %.0f %%",
                        change.newWords(),
                        100 * change.newShare()))
            .findFirst()
            .orElseThrow()
        : "psi " + psi;
  }

  boolean overlaps(long from, long end) {
    return from < untilMillis && end > fromMillis;
  }

  boolean contains(long atMillis) {
    return atMillis >= fromMillis && atMillis < untilMillis;
  }
}
