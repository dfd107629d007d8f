package dev.runway.e2e.trace;

import java.util.Map;

/** Where the predictions of a window end, and plain means over those with a label. */
public final class WindowSums {
  private static final double CLIP = 1e-15;

  long joined;
  long unlabelled;
  long duplicates;
  long conflicts;
  private long right;
  private double logLoss;
  private double absoluteError;
  private boolean binary;
  private boolean regression;

  void binary(double score, double threshold, boolean positive) {
    binary = true;
    right += (score >= threshold) == positive ? 1 : 0;
    double p = Math.min(Math.max(score, CLIP), 1 - CLIP);
    logLoss -= Math.log(positive ? p : 1 - p);
  }

  void regression(double predicted, double actual) {
    regression = true;
    absoluteError += Math.abs(predicted - actual);
  }

  public long joined() {
    return joined;
  }

  public long unlabelled() {
    return unlabelled;
  }

  public long duplicates() {
    return duplicates;
  }

  public long conflicts() {
    return conflicts;
  }

  /** Prediction records that were sent for the window and are whole. */
  public long received() {
    return joined + unlabelled + duplicates + conflicts;
  }

  /** Metrics by their name; those that a plain mean gives. */
  public Map<String, Double> metrics() {
    if (binary) {
      return Map.of("accuracy", (double) right / joined, "log_loss", logLoss / joined);
    }
    return regression ? Map.of("mae", absoluteError / joined) : Map.of();
  }
}
