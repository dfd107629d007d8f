package dev.runway.groundtruth.join;

import dev.runway.drift.performance.Weight;
import dev.runway.model.EntityKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prediction that was checked against its model's document, cut down to what ground truth needs.
 *
 * @param score see {@link dev.runway.model.Prediction}; NaN when absent
 * @param decision whether a binary model decided positive: its score reached the threshold
 * @param segment a declared segment, or the one for all others; null when the event had none
 * @param variant {@code experiment:variant}, or the variant alone; null when the event had none
 * @param weightUnits the event's weight times one over the sampling rate, in units of 2^-20
 * @param fingerprint hash of everything that ground truth uses of the event: tells a repeated event
 *     from a different one under the same id
 * @param partition where the event came from, for its dead letter should it need one
 * @param entity stands for whom the event is about, so that it can be found again in the archive;
 *     null when it named nobody, or the job was given no secret. The join does not use it, and
 *     keeps it in no state
 */
public record AdmittedPrediction(
    JoinKey key,
    Terms terms,
    String version,
    long predictedAtMillis,
    double score,
    boolean decision,
    @Nullable String label,
    double value,
    @Nullable List<String> ranking,
    @Nullable String segment,
    @Nullable String variant,
    long weightUnits,
    long fingerprint,
    int partition,
    long offset,
    long recordedAtMillis,
    @Nullable EntityKey entity) {

  /** A prediction about nobody that is known. */
  public AdmittedPrediction(
      JoinKey key,
      Terms terms,
      String version,
      long predictedAtMillis,
      double score,
      boolean decision,
      @Nullable String label,
      double value,
      @Nullable List<String> ranking,
      @Nullable String segment,
      @Nullable String variant,
      long weightUnits,
      long fingerprint,
      int partition,
      long offset,
      long recordedAtMillis) {
    this(
        key,
        terms,
        version,
        predictedAtMillis,
        score,
        decision,
        label,
        value,
        ranking,
        segment,
        variant,
        weightUnits,
        fingerprint,
        partition,
        offset,
        recordedAtMillis,
        null);
  }

  /** The same prediction, about somebody. */
  public AdmittedPrediction about(@Nullable EntityKey somebody) {
    return new AdmittedPrediction(
        key,
        terms,
        version,
        predictedAtMillis,
        score,
        decision,
        label,
        value,
        ranking,
        segment,
        variant,
        weightUnits,
        fingerprint,
        partition,
        offset,
        recordedAtMillis,
        somebody);
  }

  /** When the label horizon ends: observations up to and including this time count. */
  public long finalAtMillis() {
    return predictedAtMillis + terms.horizonMillis();
  }

  /** When silence becomes a provisional negative; {@link Terms#NEVER} when it does not. */
  public long negativeAtMillis() {
    return terms.negativeAfterMillis() == Terms.NEVER
        ? Terms.NEVER
        : predictedAtMillis + terms.negativeAfterMillis();
  }

  /**
   * Whether an outcome was observed while this prediction may be labelled, and says something in
   * its terms. A matter of the two events alone.
   *
   * @param earliestMillis how far before its prediction an outcome may have been observed
   */
  boolean mayCount(AdmittedOutcome outcome, long earliestMillis) {
    return inTime(outcome, earliestMillis) && terms.fit(outcome);
  }

  /** Whether an outcome was observed while this prediction may be labelled. */
  boolean inTime(AdmittedOutcome outcome, long earliestMillis) {
    return outcome.observedAtMillis() <= finalAtMillis()
        && outcome.observedAtMillis() >= predictedAtMillis - earliestMillis;
  }

  /**
   * Whether this prediction counts and not the other, when both claim one id. The earlier one
   * counts; the order is total and looks at content only, so arrival does not matter.
   */
  boolean winsOver(AdmittedPrediction other) {
    if (predictedAtMillis != other.predictedAtMillis) {
      return predictedAtMillis < other.predictedAtMillis;
    }
    return Long.compareUnsigned(fingerprint, other.fingerprint) < 0;
  }

  boolean repeats(AdmittedPrediction other) {
    return predictedAtMillis == other.predictedAtMillis && fingerprint == other.fingerprint;
  }

  /** The same prediction under a key. */
  AdmittedPrediction under(JoinKey newKey) {
    return new AdmittedPrediction(
        newKey,
        terms,
        version,
        predictedAtMillis,
        score,
        decision,
        label,
        value,
        ranking,
        segment,
        variant,
        weightUnits,
        fingerprint,
        partition,
        offset,
        recordedAtMillis,
        entity);
  }

  /** What is needed to recognise a repeated event or a late outcome, and nothing more. */
  AdmittedPrediction remembered() {
    return new AdmittedPrediction(
        key,
        terms,
        version,
        predictedAtMillis,
        Double.NaN,
        false,
        null,
        Double.NaN,
        null,
        null,
        null,
        Weight.ONE,
        fingerprint,
        0,
        0,
        0);
  }
}
