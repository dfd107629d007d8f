package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of a two-class model: confusion counts, class histograms of the score, calibration
 * bins and proper losses. The metrics are in {@link BinaryMetrics}.
 */
public final class BinaryCounts implements OutcomeCounts {

  /** Probabilities are moved into [1e-15, 1 - 1e-15] before their logarithm is taken. */
  public static final double CLIP = 1e-15;

  static final int CALIBRATION_BINS = 15;

  final Tally truePositive;
  final Tally falsePositive;
  final Tally falseNegative;
  final Tally trueNegative;
  final BinCounts positiveScores;
  final BinCounts negativeScores;
  final BinCounts calibrationWeight;
  final BinCounts calibrationPositive;
  final BinSums calibrationScore;
  final ExactSum positiveScore;
  final Moments logLoss;
  final Moments brier;

  public BinaryCounts() {
    truePositive = new Tally();
    falsePositive = new Tally();
    falseNegative = new Tally();
    trueNegative = new Tally();
    positiveScores = new BinCounts();
    negativeScores = new BinCounts();
    calibrationWeight = new BinCounts();
    calibrationPositive = new BinCounts();
    calibrationScore = new BinSums(CALIBRATION_BINS);
    positiveScore = new ExactSum();
    logLoss = new Moments();
    brier = new Moments();
  }

  private BinaryCounts(DataInput in) throws IOException {
    truePositive = Tally.read(in);
    falsePositive = Tally.read(in);
    falseNegative = Tally.read(in);
    trueNegative = Tally.read(in);
    positiveScores = BinCounts.read(in, ScoreBins.SIZE);
    negativeScores = BinCounts.read(in, ScoreBins.SIZE);
    calibrationWeight = BinCounts.read(in, CALIBRATION_BINS);
    calibrationPositive = BinCounts.read(in, CALIBRATION_BINS);
    calibrationScore = BinSums.read(in, CALIBRATION_BINS);
    positiveScore = ExactSum.read(in);
    logLoss = Moments.read(in);
    brier = Moments.read(in);
  }

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
    if (!accepts(score)) {
      throw new IllegalArgumentException("score " + score + " is not a probability in [0, 1]");
    }
    long units = Weight.signed(weightUnits, sign);
    cell(decision, positive).add(units);
    (positive ? positiveScores : negativeScores).add(ScoreBins.index(score), units);
    int bin = calibrationBin(score, CALIBRATION_BINS);
    calibrationWeight.add(bin, units);
    calibrationScore.add(bin, score, units);
    if (positive) {
      calibrationPositive.add(bin, units);
      positiveScore.addWeighted(score, units);
    }
    double likelihood = positive ? score : 1 - score;
    // StrictMath, because a retraction may run on another machine than its addition.
    logLoss.add(-StrictMath.log(Math.min(Math.max(likelihood, CLIP), 1 - CLIP)), units);
    double miss = positive ? 1 - score : score;
    brier.add(miss * miss, units);
  }

  /** Whether {@link #add} would take this score: a number in [0, 1]. */
  public static boolean accepts(double score) {
    return score >= 0 && score <= 1;
  }

  private Tally cell(boolean decision, boolean positive) {
    if (decision) {
      return positive ? truePositive : falsePositive;
    }
    return positive ? falseNegative : trueNegative;
  }

  /** Right-closed equal-width bin of a score in [0, 1]. */
  static int calibrationBin(double score, int bins) {
    return Math.min(Math.max((int) Math.ceil(score * bins) - 1, 0), bins - 1);
  }

  @Override
  public Task task() {
    return Task.BINARY;
  }

  @Override
  public void add(OutcomeCounts other) {
    merge(other, 1);
  }

  @Override
  public void subtract(OutcomeCounts other) {
    merge(other, -1);
  }

  private void merge(OutcomeCounts other, int sign) {
    if (!(other instanceof BinaryCounts that)) {
      throw new IllegalArgumentException("cannot merge " + other.task() + " into " + task());
    }
    truePositive.merge(that.truePositive, sign);
    falsePositive.merge(that.falsePositive, sign);
    falseNegative.merge(that.falseNegative, sign);
    trueNegative.merge(that.trueNegative, sign);
    positiveScores.merge(that.positiveScores, sign);
    negativeScores.merge(that.negativeScores, sign);
    calibrationWeight.merge(that.calibrationWeight, sign);
    calibrationPositive.merge(that.calibrationPositive, sign);
    calibrationScore.merge(that.calibrationScore, sign);
    positiveScore.merge(that.positiveScore, sign);
    logLoss.merge(that.logLoss, sign);
    brier.merge(that.brier, sign);
  }

  /** All events. */
  Tally events() {
    return positives().plus(negatives());
  }

  Tally positives() {
    return truePositive.plus(falseNegative);
  }

  Tally negatives() {
    return falsePositive.plus(trueNegative);
  }

  @Override
  public boolean isEmpty() {
    return truePositive.isEmpty()
        && falsePositive.isEmpty()
        && falseNegative.isEmpty()
        && trueNegative.isEmpty()
        && positiveScores.isEmpty()
        && negativeScores.isEmpty()
        && calibrationWeight.isEmpty()
        && calibrationPositive.isEmpty()
        && calibrationScore.isEmpty()
        && positiveScore.isZero()
        && logLoss.isEmpty()
        && brier.isEmpty();
  }

  @Override
  public long count() {
    return truePositive.count()
        + falsePositive.count()
        + falseNegative.count()
        + trueNegative.count();
  }

  @Override
  public long weightUnits() {
    return truePositive.units()
        + falsePositive.units()
        + falseNegative.units()
        + trueNegative.units();
  }

  @Override
  public List<Metric> metrics() {
    return new BinaryMetrics(this).all();
  }

  @Override
  public void writeContent(DataOutput out) throws IOException {
    truePositive.write(out);
    falsePositive.write(out);
    falseNegative.write(out);
    trueNegative.write(out);
    positiveScores.write(out);
    negativeScores.write(out);
    calibrationWeight.write(out);
    calibrationPositive.write(out);
    calibrationScore.write(out);
    positiveScore.write(out);
    logLoss.write(out);
    brier.write(out);
  }

  static BinaryCounts readContent(DataInput in) throws IOException {
    return new BinaryCounts(in);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BinaryCounts that
        && truePositive.equals(that.truePositive)
        && falsePositive.equals(that.falsePositive)
        && falseNegative.equals(that.falseNegative)
        && trueNegative.equals(that.trueNegative)
        && positiveScores.equals(that.positiveScores)
        && negativeScores.equals(that.negativeScores)
        && calibrationWeight.equals(that.calibrationWeight)
        && calibrationPositive.equals(that.calibrationPositive)
        && calibrationScore.equals(that.calibrationScore)
        && positiveScore.equals(that.positiveScore)
        && logLoss.equals(that.logLoss)
        && brier.equals(that.brier);
  }

  @Override
  public int hashCode() {
    return 31 * events().hashCode() + brier.hashCode();
  }
}
