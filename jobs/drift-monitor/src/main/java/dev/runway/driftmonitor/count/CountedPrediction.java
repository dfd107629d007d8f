package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.Row;
import org.jspecify.annotations.Nullable;

/**
 * A prediction on its way from its bytes into a tile: one object for all of a subtask, which nobody
 * keeps.
 */
final class CountedPrediction {
  private @Nullable TileKey key;
  private @Nullable Row row;
  private int unknownFeatures;
  private double weight = 1;
  private double score;
  private boolean decision;
  private @Nullable Unprofiled unprofiled;

  /**
   * What there is of a prediction of a version without baseline.
   *
   * @param features those of its answer among them; only until the next prediction
   */
  record Unprofiled(String predictionId, long predictedAtMillis, EventFeatures features) {}

  void set(TileKey newKey, Row newRow) {
    key = newKey;
    row = newRow;
    unprofiled = null;
  }

  void set(TileKey newKey, Unprofiled newUnprofiled) {
    key = newKey;
    row = null;
    unprofiled = newUnprofiled;
  }

  /**
   * What is in it that no tile counts.
   *
   * @param features values of features that its baseline does not have
   * @param itsWeight 1 for one without
   */
  void uncounted(int features, double itsWeight) {
    unknownFeatures = features;
    weight = itsWeight;
  }

  int unknownFeatures() {
    return unknownFeatures;
  }

  double weight() {
    return weight;
  }

  /**
   * What was decided by which score.
   *
   * @param newScore NaN for a prediction that is not judged by its score
   */
  void decided(double newScore, boolean newDecision) {
    score = newScore;
    decision = newDecision;
  }

  TileKey key() {
    if (key == null) {
      throw new IllegalStateException("nothing was decoded yet");
    }
    return key;
  }

  /** Null for a version without baseline. */
  @Nullable Row row() {
    return row;
  }

  /** NaN where none is to be counted. */
  double score() {
    return score;
  }

  boolean decision() {
    return decision;
  }

  /** Null for a version with baseline. */
  @Nullable Unprofiled unprofiled() {
    return unprofiled;
  }
}
