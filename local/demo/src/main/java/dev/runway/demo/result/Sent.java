package dev.runway.demo.result;

/**
 * What was given to the broker, broken records and repeats included.
 *
 * @param tooLargePredictions of these, what the broker refused for its size; no job ever sees it
 * @param tooLargeOutcomes the same of outcomes
 */
public record Sent(
    long predictions, long outcomes, long tooLargePredictions, long tooLargeOutcomes) {

  /** All of it, taken by the broker. */
  public static Sent whole(long predictions, long outcomes) {
    return new Sent(predictions, outcomes, 0, 0);
  }

  /** Predictions that must turn up in the results. */
  public long takenPredictions() {
    return predictions - tooLargePredictions;
  }

  /** Records the broker refused for their size. */
  public long tooLarge() {
    return tooLargePredictions + tooLargeOutcomes;
  }
}
