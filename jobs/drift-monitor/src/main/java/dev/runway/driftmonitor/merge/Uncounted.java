package dev.runway.driftmonitor.merge;

/**
 * What predictions of a tile had in them that the tile does not count.
 *
 * @param unknownFeatures values of features that the baseline does not have
 * @param weighted predictions with another weight than 1: tiles count each once
 * @param weights sum of the weights of these
 * @param squares sum of their squares
 */
public record Uncounted(long unknownFeatures, long weighted, double weights, double squares) {
  public static final Uncounted NOTHING = new Uncounted(0, 0, 0, 0);

  /** Below this share of effective predictions weights are uneven, and not a matter of rounding. */
  private static final double EVEN = 1 - 1e-6;

  boolean isNothing() {
    return unknownFeatures == 0 && weighted == 0;
  }

  Uncounted plus(Uncounted other) {
    return new Uncounted(
        unknownFeatures + other.unknownFeatures,
        weighted + other.weighted,
        weights + other.weights,
        squares + other.squares);
  }

  /**
   * Predictions that would say as much if each weighed the same, over those there are: Kish's
   * {@code (sum w)^2 / (n sum w^2)}. It is 1 where all have one weight, whatever that is: then
   * counting each once is right. Rounded to a millionth, for the last digits of a sum depend on the
   * order of its parts.
   *
   * @param predictions all of them, with a weight or without; at least those with one
   */
  double effectiveShare(long predictions) {
    double ones = predictions - weighted;
    double sum = ones + weights;
    double share = sum * sum / (predictions * (ones + squares));
    return Math.round(1e6 * share) / 1e6;
  }

  /** Whether the weights differ, so that counting each prediction once is not what they ask for. */
  boolean isUneven(long predictions) {
    return weighted > 0 && effectiveShare(predictions) < EVEN;
  }
}
