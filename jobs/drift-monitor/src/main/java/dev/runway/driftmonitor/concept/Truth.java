package dev.runway.driftmonitor.concept;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a final record of ground truth says here.
 *
 * @param idHash 64 bits that stand for the prediction id among those of one minute
 * @param finalAtMillis when its horizon ended: event time that the join had reached
 * @param judged whether it has a score and a label, or a predicted number and an outcome, or takes
 *     a label back; of others only the time counts
 * @param score in [0, 1]; NaN unless judged by it
 * @param segment declared segment; null for a prediction without one
 * @param value predicted number; NaN unless judged by it
 * @param residual outcome less {@code value}; NaN unless judged by it
 */
public record Truth(
    VersionKey key,
    long idHash,
    long revision,
    long predictedAtMillis,
    long finalAtMillis,
    boolean judged,
    double score,
    boolean decision,
    boolean outcome,
    @Nullable String segment,
    double value,
    double residual) {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /** Of a score, without segment. */
  Truth(
      VersionKey key,
      long idHash,
      long revision,
      long predictedAtMillis,
      long finalAtMillis,
      boolean judged,
      double score,
      boolean decision,
      boolean outcome) {
    this(
        key,
        idHash,
        revision,
        predictedAtMillis,
        finalAtMillis,
        judged,
        score,
        decision,
        outcome,
        null,
        Double.NaN,
        Double.NaN);
  }

  Truth with(@Nullable String newSegment, double newValue, double newResidual) {
    return new Truth(
        key,
        idHash,
        revision,
        predictedAtMillis,
        finalAtMillis,
        judged,
        score,
        decision,
        outcome,
        newSegment,
        newValue,
        newResidual);
  }

  /** Whether a number was predicted, and not a score. */
  boolean measured() {
    return !Double.isNaN(value);
  }

  /** Whether the prediction has no label any more, of which there may be an older record. */
  boolean withdrawn() {
    return judged && Double.isNaN(score) && Double.isNaN(value);
  }

  /** FNV-1a, its bits mixed; it decides among equal times which event comes first, so it stays. */
  static long hashOf(String predictionId) {
    long hash = FNV_OFFSET;
    for (byte b : predictionId.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return hash ^ (hash >>> 29);
  }
}
