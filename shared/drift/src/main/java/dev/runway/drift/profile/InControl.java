package dev.runway.drift.profile;

import java.util.Arrays;

/**
 * The PSI of windows in which nothing had drifted, each compared with the whole of the reference:
 * what readings of {@code psi} look like while all is well. It holds everything that makes windows
 * differ, chance and seasons too. Nothing is decided by it.
 *
 * @param windows it was measured on, 1 or above
 * @param mean of their PSI
 * @param sd standard deviation of it, with one less than the windows; 0 for a single one
 * @param q95 what 95 % of the windows do not exceed
 * @param q99 what 99 % of them do not exceed: of fewer than a hundred the largest
 */
public record InControl(long windows, double mean, double sd, double q95, double q99) {

  /** Refuses what no windows have. */
  public InControl {
    boolean ordered = windows >= 1 && mean >= 0 && sd >= 0 && q95 >= 0 && q99 >= q95;
    if (!ordered || !Double.isFinite(mean + sd + q99)) {
      throw new IllegalArgumentException(
          "%d windows with a PSI of mean %s, sd %s, q95 %s, q99 %s"
              .formatted(windows, mean, sd, q95, q99));
    }
  }

  /**
   * Of windows, in any order.
   *
   * @param psi of each, at least one
   */
  public static InControl of(double... psi) {
    double[] ascending = psi.clone();
    Arrays.sort(ascending);
    double mean = Arrays.stream(ascending).sum() / ascending.length;
    double squares = Arrays.stream(ascending).map(x -> (x - mean) * (x - mean)).sum();
    return new InControl(
        ascending.length,
        mean,
        ascending.length == 1 ? 0 : Math.sqrt(squares / (ascending.length - 1)),
        quantile(ascending, 95),
        quantile(ascending, 99));
  }

  /** The nearest rank. */
  private static double quantile(double[] ascending, int percent) {
    return ascending[(percent * ascending.length + 99) / 100 - 1];
  }
}
