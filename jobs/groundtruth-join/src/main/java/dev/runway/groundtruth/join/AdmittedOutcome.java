package dev.runway.groundtruth.join;

import dev.runway.model.Outcome;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An outcome that was checked against its model's document.
 *
 * @param actual what it says in the model's terms: 1 or 0 for a class of a binary model, else its
 *     value; NaN for a class of a multi-class model and for a pure retraction
 * @param formerSample whether its prediction would be sampled out today: it counts if the
 *     prediction is known from before or still comes in time, and is no orphan if it does not
 * @param partition where the event came from, for its dead letter should it need one
 */
public record AdmittedOutcome(
    JoinKey key,
    long observedAtMillis,
    long sequence,
    long retracts,
    @Nullable String label,
    double value,
    @Nullable String item,
    double actual,
    boolean formerSample,
    int partition,
    long offset,
    long recordedAtMillis) {

  private static final Comparator<@Nullable String> TEXT =
      Comparator.nullsFirst(Comparator.naturalOrder());

  /**
   * Source order, completed by content, so that any set of outcomes has one order whatever the
   * order of arrival.
   */
  static final Comparator<AdmittedOutcome> SOURCE_ORDER =
      Comparator.comparingLong(AdmittedOutcome::observedAtMillis)
          .thenComparingLong(AdmittedOutcome::sequence)
          .thenComparing(AdmittedOutcome::item, TEXT)
          .thenComparingLong(AdmittedOutcome::retracts)
          .thenComparing(AdmittedOutcome::label, TEXT)
          .thenComparingDouble(AdmittedOutcome::value);

  /** The same outcome of the same source: two of these with different content are in conflict. */
  boolean sameIdentity(AdmittedOutcome other) {
    return observedAtMillis == other.observedAtMillis
        && sequence == other.sequence
        && Objects.equals(item, other.item);
  }

  /** Whether this observes something; a pure retraction does not. */
  boolean observes() {
    return label != null || !Double.isNaN(value);
  }

  /** A retraction without an item withdraws what was said of any. */
  boolean isRetractedBy(AdmittedOutcome other) {
    return other.retracts == sequence && (other.item == null || other.item.equals(item));
  }

  /** The outcome as an event again. */
  public Outcome event() {
    return new Outcome(
        key.predictionId(),
        key.modelId(),
        observedAtMillis,
        label,
        value,
        item,
        sequence,
        retracts);
  }

  /** The same outcome under a key. */
  AdmittedOutcome under(JoinKey newKey) {
    return new AdmittedOutcome(
        newKey,
        observedAtMillis,
        sequence,
        retracts,
        label,
        value,
        item,
        actual,
        formerSample,
        partition,
        offset,
        recordedAtMillis);
  }

  /** The same outcome, of a prediction that would be sampled out today. */
  public AdmittedOutcome ofFormerSample() {
    return new AdmittedOutcome(
        key,
        observedAtMillis,
        sequence,
        retracts,
        label,
        value,
        item,
        actual,
        true,
        partition,
        offset,
        recordedAtMillis);
  }
}
