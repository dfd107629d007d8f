package dev.runway.drift.performance;

import java.util.Arrays;

/**
 * What a score means: the rate of positives, measured in groups of neighbouring scores that hold
 * about the same number of labels. Immutable.
 */
public final class RateByScore {

  private static final int GROUPS = 20;

  private final GroupedMeans means;
  private final long labels;

  private RateByScore(GroupedMeans means, long labels) {
    this.means = means;
    this.labels = labels;
  }

  /**
   * The rates of labelled predictions.
   *
   * @param labelled at least one, and no count below 0
   */
  public static RateByScore of(LabelledScores labelled) {
    long total = labelled.count();
    if (total <= 0) {
      throw new IllegalArgumentException("no labels to take rates from");
    }
    double[] centres = new double[GROUPS];
    double[] rates = new double[GROUPS];
    double[] variances = new double[GROUPS];
    int groups = 0;
    long n = 0;
    long positives = 0;
    double scores = 0;
    long rest = total;
    for (int bin = 0; bin < ScoreBins.SIZE; bin++) {
      long here = labelled.count(bin);
      n += here;
      positives += labelled.positives(bin);
      scores += here * middle(bin);
      rest -= here;
      // What is left behind the last full group would be too few for one of its own.
      boolean full = n * GROUPS >= total && rest * GROUPS >= total;
      if (n > 0 && (full || rest == 0)) {
        centres[groups] = scores / n;
        rates[groups] = (double) positives / n;
        // Half an event a side, so that a group without positives is not taken for certain.
        double rate = (positives + 0.5) / (n + 1);
        variances[groups] = rate * (1 - rate) / n;
        groups++;
        n = 0;
        positives = 0;
        scores = 0;
        if (rest == 0) {
          break;
        }
      }
    }
    return new RateByScore(
        new GroupedMeans(
            Arrays.copyOf(centres, groups),
            Arrays.copyOf(rates, groups),
            Arrays.copyOf(variances, groups)),
        total);
  }

  /** The score that stands for a {@link ScoreBins bin}. */
  public static double middle(int bin) {
    return (ScoreBins.lowerEdge(bin) + ScoreBins.upperEdge(bin)) / 2;
  }

  /** Labels behind the rates. */
  public long labels() {
    return labels;
  }

  /** The rates at each score, with their errors. */
  public GroupedMeans means() {
    return means;
  }

  /** Probability of a positive outcome at the scores of a {@link ScoreBins bin}. */
  public double rate(int bin) {
    return means.at(middle(bin));
  }

  /**
   * Variance of a sum over the bins of weight x rate that comes from the labels the rates were
   * measured on.
   *
   * @param weights one per bin
   */
  double varianceOf(double[] weights) {
    double[] byGroup = new double[means.groups()];
    for (int bin = 0; bin < weights.length; bin++) {
      if (weights[bin] != 0) {
        means.spread(middle(bin), weights[bin], byGroup);
      }
    }
    return means.varianceOf(byGroup);
  }
}
