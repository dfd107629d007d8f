package dev.runway.groundtruth.join;

import org.jspecify.annotations.Nullable;

/**
 * What one event changes in the counts of its prediction's window. Contributions add up: a verdict
 * that is replaced leaves with sign -1 before the new one enters with +1.
 *
 * @param prediction says which model, version, window, segment and variant
 * @param verdict the verdict that enters or leaves; null when only repeats or conflicts change
 * @param sign +1 when the verdict enters, -1 when it leaves, 0 without verdict
 * @param repeats change of the number of repeated events
 * @param conflicts change of the number of conflicting events
 * @param revision how far this moves the window's revision, at least 0
 */
public record Contribution(
    AdmittedPrediction prediction,
    @Nullable Verdict verdict,
    int sign,
    int repeats,
    int conflicts,
    long revision) {

  static Contribution enters(AdmittedPrediction prediction, Verdict verdict, long revision) {
    return new Contribution(prediction, verdict, 1, 0, 0, revision);
  }

  static Contribution leaves(AdmittedPrediction prediction, Verdict verdict) {
    return new Contribution(prediction, verdict, -1, 0, 0, 0);
  }

  static Contribution repeats(AdmittedPrediction prediction) {
    return new Contribution(prediction, null, 0, 1, 0, 1);
  }

  static Contribution conflicts(AdmittedPrediction prediction) {
    return new Contribution(prediction, null, 0, 0, 1, 1);
  }

  /** All copies of a displaced prediction turn from one accepted and its repeats into conflicts. */
  static Contribution displaced(AdmittedPrediction prediction, int repeats) {
    return new Contribution(prediction, null, 0, -repeats, 1 + repeats, 1);
  }
}
