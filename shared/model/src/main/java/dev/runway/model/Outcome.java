package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * What became of a prediction, as its source saw it.
 *
 * @param observedAtMillis when the source observed it, epoch milliseconds
 * @param label the observed class; booleans arrive as {@code "true"} and {@code "false"}; null when
 *     absent
 * @param value the observed number: target, grade, amount or relevance; NaN when absent
 * @param item the ranked item this is about; null unless the model ranks
 * @param sequence order at the source: with {@code observedAtMillis} it identifies the outcome
 *     within its prediction
 * @param retracts sequence of an earlier outcome that is withdrawn; {@link #RETRACTS_NOTHING} when
 *     absent
 */
public record Outcome(
    String predictionId,
    String modelId,
    long observedAtMillis,
    @Nullable String label,
    double value,
    @Nullable String item,
    long sequence,
    long retracts) {

  public static final long RETRACTS_NOTHING = Long.MIN_VALUE;

  /** Whether this withdraws an earlier outcome; it may bring a new label or value as well. */
  public boolean retractsSomething() {
    return retracts != RETRACTS_NOTHING;
  }

  /** Whether this says what was observed; a pure retraction does not. */
  public boolean observesSomething() {
    return label != null || !Double.isNaN(value);
  }
}
