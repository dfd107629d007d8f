package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Confidence-based performance estimation: what a two-class model's metrics are expected to be when
 * no outcome is known, if its scores are calibrated (the definition of NannyML's documentation).
 *
 * <p>Blind to concept drift, so never the sole cause of a retrain. Mergeable and subtractable as
 * {@link OutcomeCounts}. Mutable and not thread safe.
 */
public final class Cbpe extends Parts {

  private static final int VERSION = 1;

  private final Tally calledPositive = new Tally();
  private final Tally calledNegative = new Tally();
  private final Total truePositive = new Total();
  private final Total falseNegative = new Total();
  private final Total variance = new Total();
  private final BinCounts scoreWeight = new BinCounts(ScoreBins.SIZE);
  private final BinSums scoreSum = new BinSums(ScoreBins.SIZE);

  private final List<Part<?>> parts =
      List.of(
          calledPositive,
          calledNegative,
          truePositive,
          falseNegative,
          variance,
          scoreWeight,
          scoreSum);

  /**
   * Adds or retracts one prediction.
   *
   * @param score calibrated probability of the positive class, in [0, 1]
   * @param decision what the model decided with its threshold
   * @param weightUnits {@link Weight} of the event
   * @param sign 1 adds, -1 retracts what the same arguments added
   */
  public void add(double score, boolean decision, long weightUnits, int sign) {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("score " + score + " is not a probability in [0, 1]");
    }
    long units = Weight.signed(weightUnits, sign);
    (decision ? calledPositive : calledNegative).add(units);
    (decision ? truePositive : falseNegative).sum.addWeighted(score, units);
    variance.sum.addWeighted(score * (1 - score) * Weight.toDouble(weightUnits), units);
    int bin = ScoreBins.index(score);
    scoreWeight.add(bin, units);
    scoreSum.add(bin, score, units);
  }

  public void add(Cbpe other) {
    mergeParts(other, 1);
  }

  public void subtract(Cbpe other) {
    mergeParts(other, -1);
  }

  @Override
  List<Part<?>> parts() {
    return parts;
  }

  public long count() {
    return calledPositive.count() + calledNegative.count();
  }

  /** Expected weight of true positives. */
  public double expectedTruePositives() {
    return truePositive.sum.doubleValue();
  }

  /** Expected weight of false positives. */
  public double expectedFalsePositives() {
    return calledPositive.weight() - truePositive.sum.doubleValue();
  }

  /** Expected weight of false negatives. */
  public double expectedFalseNegatives() {
    return falseNegative.sum.doubleValue();
  }

  /** Expected weight of true negatives. */
  public double expectedTrueNegatives() {
    return calledNegative.weight() - falseNegative.sum.doubleValue();
  }

  /**
   * accuracy (with its Poisson-binomial standard error), precision, recall, f1 and auc (with the
   * bound of its bins), by the names the measured metrics have.
   */
  public List<Metric> metrics() {
    Tally events = calledPositive.plus(calledNegative);
    double tp = expectedTruePositives();
    double positives = tp + expectedFalseNegatives();
    List<Metric> metrics = new ArrayList<>();
    metrics.add(accuracy(events));
    metrics.add(ratio("precision", tp, calledPositive.weight(), events));
    metrics.add(ratio("recall", tp, positives, events));
    metrics.add(ratio("f1", 2 * tp, calledPositive.weight() + positives, events));
    metrics.add(auc(events));
    return metrics;
  }

  private Metric accuracy(Tally events) {
    if (events.undefined()) {
      return Metric.undefined("accuracy", events);
    }
    double value = (expectedTruePositives() + expectedTrueNegatives()) / events.weight();
    double se = Math.sqrt(Math.max(0, variance.sum.doubleValue())) / events.weight();
    return Metric.normal("accuracy", value, se, 0, 1, events);
  }

  private static Metric ratio(String name, double part, double whole, Tally events) {
    return Metric.plain(name, !events.undefined() && whole > 0 ? part / whole : null, events);
  }

  /** Each prediction is a positive of weight p and a negative of weight 1 - p. */
  private Metric auc(Tally events) {
    double[] positives = new double[ScoreBins.SIZE];
    double[] negatives = new double[ScoreBins.SIZE];
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      positives[bin] = scoreSum.get(bin);
      negatives[bin] = Math.max(0, Weight.toDouble(scoreWeight.get(bin)) - positives[bin]);
    }
    // No standard error: the masses are expectations, not a sample.
    BinnedAuc auc =
        events.undefined() || !events.units().fitsLong()
            ? null
            : BinnedAuc.of(positives, negatives, 0, 0);
    return auc == null
        ? Metric.undefined("auc", events)
        : Metric.plain("auc", auc.auc(), events)
            .boundedBy(auc.auc() - auc.slack(), auc.auc() + auc.slack());
  }

  /** Writes a version and the content; equal content gives equal bytes. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    writeParts(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if a newer version wrote it, or the bytes are not such counts
   */
  public static Cbpe read(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new IOException(
          "performance estimate of version " + version + ", this build reads up to " + VERSION);
    }
    Cbpe cbpe = new Cbpe();
    cbpe.readParts(in);
    return cbpe;
  }
}
