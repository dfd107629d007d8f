package dev.runway.drift.staleness;

import org.jspecify.annotations.Nullable;

/**
 * Several severities as one score. A weighted mean alone hides a collapse of one signal, so each
 * may raise the score by itself, to a part of its severity.
 *
 * @param mean weighted mean of the severities that are there; null where these weigh nothing
 * @param score the mean, or what one signal makes of it alone; null when no signal is there
 * @param coverage weight of the signals that are there, as a share of all
 */
public record Fusion(@Nullable Double mean, @Nullable Double score, double coverage) {

  /**
   * Fuses in the order of the arrays, so that the same numbers give the same bits.
   *
   * @param severities 0 to 1; NaN for a signal that is missing
   * @param weights at least 0, not all of them 0
   * @param overrides which part of its severity a signal is worth alone, 0 to 1
   */
  public static Fusion of(double[] severities, double[] weights, double[] overrides) {
    if (severities.length != weights.length || weights.length != overrides.length) {
      throw new IllegalArgumentException(
          "%d severities, %d weights, %d overrides"
              .formatted(severities.length, weights.length, overrides.length));
    }
    double all = 0;
    double there = 0;
    double sum = 0;
    double alone = Double.NaN;
    for (int i = 0; i < severities.length; i++) {
      all += weights[i];
      if (!Double.isNaN(severities[i])) {
        there += weights[i];
        sum += weights[i] * severities[i];
        double raised = overrides[i] * severities[i];
        alone = Double.isNaN(alone) ? raised : Math.max(alone, raised);
      }
    }
    if (Double.isNaN(alone)) {
      return new Fusion(null, null, 0);
    }
    if (there == 0) {
      return new Fusion(null, alone, 0);
    }
    double mean = sum / there;
    return new Fusion(mean, Math.max(mean, alone), there / all);
  }
}
