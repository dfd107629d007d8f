package dev.runway.drift.embedding.traffic;

import java.util.Locale;

/** What is measured of the vectors of a window, see {@link TrafficReadings}. */
public enum TrafficMetric {
  /** How far the mean moved, in what vectors were apart from it: root of the mean square. */
  MEAN_SHIFT,
  /** The change of the covariance, as a share of what it was (Frobenius norms). */
  COVARIANCE_CHANGE,
  /** Mean square distance from the mean over what it was. */
  SPREAD_RATIO,
  /** Mean length over what it was. */
  NORM_RATIO,
  /** Mean length. */
  NORM_MEAN,
  /** Standard deviation of the lengths. */
  NORM_SD,
  /** Dimensions that are the same number in all vectors. */
  DEAD_DIMENSIONS,
  /** Share of the vectors that have NaN or infinite numbers. */
  NOT_FINITE,
  /** Share of the vectors that are zeros alone. */
  ZERO,
  /** How much more of the vectors are either than were. */
  UNUSABLE_RISE,
  /** Seconds from what caused a vector until it was stored, in half of the cases. */
  FRESHNESS_P50_SECONDS,
  /** The same in 95 % of them. */
  FRESHNESS_P95_SECONDS,
  /** The same until it could be read from the topic. */
  READ_P50_SECONDS,
  READ_P95_SECONDS,
  /** Share of the vectors that were stored before what caused them: a clock is wrong. */
  AHEAD;

  /** Lower snake case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
