package dev.runway.drift.profile;

/**
 * How fine a profile is.
 *
 * @param bins wide bins of a numeric feature, on which drift is decided. Ten keep 95 % of the
 *     signal of a shift, and every more adds noise; 20 pay from windows of 5,000 events on
 * @param fineBins bins of equal reference mass for distances and for later comparison with other
 *     wide bins; a multiple of {@code bins}, so that these are among them. 120 give the
 *     Kolmogorov-Smirnov distance within 1/120 and cost 1 KB per open tile and feature
 * @param sketchK k of the quantile sketch, 0 for none. Decisions do not rest on it
 * @param vocabulary most words that are counted by name; the rest is OTHER
 */
public record ProfileOptions(int bins, int fineBins, int sketchK, int vocabulary) {

  /** A baseline is one Kafka record below a megabyte. */
  private static final int FEATURES_FOR_FINE_BINS = 500;

  private static final int FEATURES_FOR_SKETCHES = 100;

  /** Checks each against its limits. */
  public ProfileOptions {
    if (bins < 2 || bins > 100) {
      throw new IllegalArgumentException(bins + " bins, must be 2 to 100");
    }
    if (fineBins < bins || fineBins > 1000 || fineBins % bins != 0) {
      throw new IllegalArgumentException(
          fineBins + " fine bins, must be a multiple of " + bins + ", at most 1000");
    }
    if (sketchK != 0 && (sketchK < 8 || sketchK > 1024)) {
      throw new IllegalArgumentException("sketch with k = " + sketchK + ", must be 0 or 8 to 1024");
    }
    if (vocabulary < 2 || vocabulary > 1000) {
      throw new IllegalArgumentException(vocabulary + " words, must be 2 to 1000");
    }
  }

  /**
   * Ten bins and a hundred words; 120 fine bins and sketches of k = 200 (2.4 KB each) as far as the
   * profile stays below 900 KB of JSON.
   */
  public static ProfileOptions standard(int features) {
    return new ProfileOptions(
        10,
        features <= FEATURES_FOR_FINE_BINS ? 120 : 40,
        features <= FEATURES_FOR_SKETCHES ? 200 : 0,
        features <= FEATURES_FOR_FINE_BINS ? 100 : 30);
  }
}
