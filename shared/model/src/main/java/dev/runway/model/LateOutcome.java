package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * An outcome that no stream result counts any more. The batch master view picks it up.
 *
 * @param why what made it late
 * @param predictedAtMillis time of its prediction; {@link #NO_PREDICTION} when none is known
 * @param modelVersion version that predicted; null when no prediction is known
 */
public record LateOutcome(
    Outcome outcome, Why why, long predictedAtMillis, @Nullable String modelVersion) {

  /** Time of a prediction that is not known. */
  public static final long NO_PREDICTION = -1;

  /** The kinds of late. */
  public enum Why {
    /** Observed after the label horizon of its prediction. */
    AFTER_HORIZON,
    /** Observed in time, but arrived when its prediction was already final. */
    ARRIVED_AFTER_FINAL,
    /** No prediction came within the wait for one: an orphan. */
    ORPHAN
  }
}
