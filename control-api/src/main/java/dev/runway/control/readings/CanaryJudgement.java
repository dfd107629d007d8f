package dev.runway.control.readings;

import dev.runway.drift.experiment.SampleRatio;
import dev.runway.drift.experiment.SequentialTest;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the labelled predictions of a canary and of the version beside it say of whether it may take
 * that one's place. The test may be asked at any time, and as often as one likes.
 *
 * @param challenger mean of the metric over the canary's labels; NaN without one
 * @param champion the same of the version beside it
 * @param difference challenger less champion, in units of the metric; NaN without labels of both
 * @param low lower end of the interval that holds at all times with 95 %; NaN where no interval can
 *     be told
 * @param sampleRatioP probability of a split of the traffic so far from the planned one; null while
 *     there is too little of it
 * @param decidedBy null while nothing is
 */
record CanaryJudgement(
    Verdict verdict,
    @Nullable DecidedBy decidedBy,
    String reason,
    double challenger,
    double champion,
    double difference,
    double low,
    double high,
    @Nullable Double sampleRatioP) {

  /** Below it the traffic is not split as planned, and no other number holds. */
  static final double SAMPLE_RATIO_ALPHA = 0.001;

  /** A mean of fewer labels is not about normal. */
  static final long LEAST_LABELS = 30;

  private static final double ALPHA = 0.05;

  /** Predictions that an arm must be expected to have before the split is tested. */
  private static final double LEAST_EXPECTED = 5;

  /** What follows. */
  enum Verdict {
    PROMOTE,
    TAKE_BACK,
    INVALID,
    UNDECIDED
  }

  /** Whether the test has decided, or the rule for where it has not. */
  enum DecidedBy {
    TEST,
    RULE
  }

  /**
   * One version's part.
   *
   * @param predictions of the windows in question, labelled or not
   * @param labels behind the metric
   * @param sum of the metric over the labels
   * @param squaredError of that sum
   */
  record Arm(long predictions, long labels, double sum, double squaredError) {
    static final Arm NONE = new Arm(0, 0, 0, 0);

    Arm andPredictions(long more) {
      return new Arm(predictions + more, labels, sum, squaredError);
    }

    /** With another window: a mean over so many labels, and its standard error. */
    Arm and(long moreLabels, double mean, double standardError) {
      double error = moreLabels * standardError;
      return new Arm(
          predictions, labels + moreLabels, sum + moreLabels * mean, squaredError + error * error);
    }

    double mean() {
      return labels == 0 ? Double.NaN : sum / labels;
    }

    private double variance() {
      return squaredError / ((double) labels * labels);
    }
  }

  /**
   * What is asked for.
   *
   * @param less whether less of the metric is better
   * @param effect the difference that is looked for, as a share of the champion's mean
   * @param margin how much worse a version may be that is called not worse, as such a share too
   * @param minLabels of each version, before the test promotes
   * @param minTime of traffic, before the test promotes
   * @param settleAt labels of the canary at which it is promoted if it was not shown to be worse;
   *     null to wait for the test
   */
  record Terms(
      boolean less,
      double effect,
      double margin,
      long minLabels,
      Duration minTime,
      @Nullable Long settleAt) {}

  /**
   * Judges.
   *
   * @param share of the traffic that the canary was to have, 0 to 1
   * @param championShare the same of the version beside it
   * @param time of traffic that the arms are of
   */
  static CanaryJudgement of(
      Arm champion,
      Arm challenger,
      double share,
      double championShare,
      Duration time,
      Terms terms) {
    Double ratio = sampleRatio(champion, challenger, share, championShare);
    Estimate estimate = Estimate.of(champion, challenger, terms);
    if (!(share > 0 && championShare > 0)) {
      return estimate.judged(
          Verdict.INVALID,
          null,
          "the shares of the deployments leave one of the two no traffic",
          ratio);
    }
    if (ratio != null && ratio < SAMPLE_RATIO_ALPHA) {
      return estimate.judged(
          Verdict.INVALID,
          null,
          String.format(
              Locale.ROOT,
              "%d and %d predictions are not split by %.3g to %.3g: something assigns or loses them"
                  + " by version, and no other number holds",
              challenger.predictions(),
              champion.predictions(),
              share,
              championShare),
          ratio);
    }
    long fewer = Math.min(champion.labels(), challenger.labels());
    if (fewer < LEAST_LABELS) {
      return estimate.judged(
          Verdict.UNDECIDED,
          null,
          "%d and %d labels: fewer than %d say nothing"
              .formatted(challenger.labels(), champion.labels(), LEAST_LABELS),
          ratio);
    }
    return byLabels(estimate, challenger, fewer, time, terms, ratio);
  }

  private static CanaryJudgement byLabels(
      Estimate estimate,
      Arm challenger,
      long fewer,
      Duration time,
      Terms terms,
      @Nullable Double ratio) {
    if (estimate.leastWorsening() > 0) {
      return estimate.judged(
          Verdict.TAKE_BACK, DecidedBy.TEST, "it is shown to be worse, whenever one looks", ratio);
    }
    boolean notWorse =
        estimate.worsening() <= 0 && estimate.mostWorsening() <= estimate.margin(terms);
    boolean enough = fewer >= terms.minLabels() && time.compareTo(terms.minTime()) >= 0;
    if (notWorse && enough) {
      return estimate.judged(
          Verdict.PROMOTE, DecidedBy.TEST, "it is shown not to be worse than the margin", ratio);
    }
    Long settleAt = terms.settleAt();
    boolean tested = Double.isFinite(estimate.halfWidth()) || estimate.worsening() <= 0;
    if (settleAt != null && challenger.labels() >= settleAt && tested) {
      return estimate.judged(
          Verdict.PROMOTE,
          DecidedBy.RULE,
          "after %d labels it is not shown to be worse, which was to do at %d"
              .formatted(challenger.labels(), settleAt),
          ratio);
    }
    return estimate.judged(
        Verdict.UNDECIDED,
        null,
        notWorse
            ? "it is not worse, and was to be tried on %d labels of each version and for %s"
                .formatted(terms.minLabels(), terms.minTime())
            : "neither is shown: that it is worse, or that it is not worse than the margin",
        ratio);
  }

  private static @Nullable Double sampleRatio(
      Arm champion, Arm challenger, double share, double championShare) {
    long all = champion.predictions() + challenger.predictions();
    double smaller = Math.min(share, championShare) / (share + championShare);
    if (!(smaller > 0) || all * smaller < LEAST_EXPECTED) {
      return null;
    }
    return SampleRatio.of(
            new long[] {champion.predictions(), challenger.predictions()},
            new double[] {championShare, share})
        .p();
  }

  /** The two means and what lies between them. */
  private record Estimate(double champion, double challenger, boolean less, double halfWidth) {
    static Estimate of(Arm champion, Arm challenger, Terms terms) {
      double effect = terms.effect() * Math.abs(champion.mean());
      double halfWidth = Double.NaN;
      if (Math.min(champion.labels(), challenger.labels()) >= LEAST_LABELS && effect > 0) {
        double variance = champion.variance() + challenger.variance();
        // Where nothing scatters nothing is known of what else might come.
        if (variance > 0) {
          halfWidth = new SequentialTest(0, variance, effect * effect).halfWidth(ALPHA);
        }
      }
      return new Estimate(champion.mean(), challenger.mean(), terms.less(), halfWidth);
    }

    private double difference() {
      return challenger - champion;
    }

    /** More of it is worse. */
    double worsening() {
      return less ? difference() : -difference();
    }

    double leastWorsening() {
      return worsening() - halfWidth;
    }

    double mostWorsening() {
      return worsening() + halfWidth;
    }

    double margin(Terms terms) {
      return terms.margin() * Math.abs(champion);
    }

    CanaryJudgement judged(
        Verdict verdict, @Nullable DecidedBy by, String reason, @Nullable Double sampleRatioP) {
      return new CanaryJudgement(
          verdict,
          by,
          reason,
          challenger,
          champion,
          difference(),
          difference() - halfWidth,
          difference() + halfWidth,
          sampleRatioP);
    }
  }
}
