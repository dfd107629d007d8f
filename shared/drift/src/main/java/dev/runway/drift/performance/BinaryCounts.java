package dev.runway.drift.performance;

import java.util.List;

/**
 * Statistics of a two-class model: confusion counts, class histograms of the score, calibration
 * bins and proper losses. The metrics are in {@link BinaryMetrics}.
 */
public final class BinaryCounts extends TaskCounts implements OutcomeCounts {

  /** Probabilities are moved into [1e-15, 1 - 1e-15] before their logarithm is taken. */
  public static final double CLIP = 1e-15;

  final Tally truePositive = new Tally();
  final Tally falsePositive = new Tally();
  final Tally falseNegative = new Tally();
  final Tally trueNegative = new Tally();
  final BinCounts positiveScores = new BinCounts(ScoreBins.SIZE);
  final BinCounts negativeScores = new BinCounts(ScoreBins.SIZE);
  final CalibrationBins calibration = new CalibrationBins(15);
  final Total positiveScore = new Total();
  final Moments logLoss = new Moments();
  final Moments brier = new Moments();

  private final List<Part<?>> parts =
      List.of(
          truePositive,
          falsePositive,
          falseNegative,
          trueNegative,
          positiveScores,
          negativeScores,
          calibration.weight,
          calibration.positive,
          calibration.score,
          positiveScore,
          logLoss,
          brier);

  /**
   * Adds or retracts one prediction with its outcome.
   *
   * @param score predicted probability of the positive class, in [0, 1]
   * @param decision what the model decided with its threshold
   * @param positive the outcome
   * @param weightUnits {@link Weight} of the event, {@link Weight#ONE} if unsampled
   * @param sign 1 adds, -1 retracts what the same arguments added
   * @throws IllegalArgumentException if an argument is out of range; nothing is changed then
   */
  public void add(double score, boolean decision, boolean positive, long weightUnits, int sign) {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("score " + score + " is not a probability in [0, 1]");
    }
    long units = Weight.signed(weightUnits, sign);
    cell(decision, positive).add(units);
    (positive ? positiveScores : negativeScores).add(ScoreBins.index(score), units);
    calibration.add(score, positive, units);
    if (positive) {
      positiveScore.sum.addWeighted(score, units);
    }
    double likelihood = positive ? score : 1 - score;
    // StrictMath, because a retraction may run on another machine than its addition.
    logLoss.add(-StrictMath.log(Math.min(Math.max(likelihood, CLIP), 1 - CLIP)), units);
    double miss = positive ? 1 - score : score;
    brier.add(miss * miss, units);
  }

  private Tally cell(boolean decision, boolean positive) {
    if (decision) {
      return positive ? truePositive : falsePositive;
    }
    return positive ? falseNegative : trueNegative;
  }

  @Override
  public Task task() {
    return Task.BINARY;
  }

  Tally positives() {
    return truePositive.plus(falseNegative);
  }

  Tally negatives() {
    return falsePositive.plus(trueNegative);
  }

  @Override
  public long count() {
    return truePositive.count()
        + falsePositive.count()
        + falseNegative.count()
        + trueNegative.count();
  }

  @Override
  public double weight() {
    return positives().plus(negatives()).weight();
  }

  @Override
  public List<Metric> metrics() {
    return new BinaryMetrics(this).all();
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }
}
