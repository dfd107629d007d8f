package dev.runway.drift.performance;

import java.util.Arrays;

/**
 * What a score means: the rate of positives, measured in groups of neighbouring scores that hold
 * about the same number of labels, and linear between the groups' mean scores. Immutable.
 *
 * <p>Steps instead of lines would make an estimate wrong as soon as the scores move within a group,
 * which is what they do when the traffic changes.
 */
public final class RateByScore {

  private static final int GROUPS = 20;

  /** How far beyond the outermost groups a line goes on, in distances of the last two groups. */
  private static final double BEYOND = 1;

  private final double[] centres;
  private final double[] rates;
  private final double[] variances;
  private final long labels;

  private RateByScore(double[] centres, double[] rates, double[] variances, long labels) {
    this.centres = centres;
    this.rates = rates;
    this.variances = variances;
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
        Arrays.copyOf(centres, groups),
        Arrays.copyOf(rates, groups),
        Arrays.copyOf(variances, groups),
        total);
  }

  static double middle(int bin) {
    return (ScoreBins.lowerEdge(bin) + ScoreBins.upperEdge(bin)) / 2;
  }

  /** Labels behind the rates. */
  public long labels() {
    return labels;
  }

  /** Probability of a positive outcome at the scores of a {@link ScoreBins bin}. */
  public double rate(int bin) {
    int left = left(bin);
    if (left < 0) {
      return rates[0];
    }
    double share = share(bin, left);
    double rate = (1 - share) * rates[left] + share * rates[left + 1];
    return Math.max(0, Math.min(1, rate));
  }

  /**
   * The group left of a bin's middle, or left of the line that goes on beyond; -1 for one group.
   */
  private int left(int bin) {
    if (centres.length == 1) {
      return -1;
    }
    int found = Arrays.binarySearch(centres, middle(bin));
    int left = found >= 0 ? found : -found - 2;
    return Math.max(0, Math.min(left, centres.length - 2));
  }

  /** How much of the rate comes from the group on the right; 0 to 1 between the two. */
  private double share(int bin, int left) {
    double share = (middle(bin) - centres[left]) / (centres[left + 1] - centres[left]);
    return Math.max(-BEYOND, Math.min(1 + BEYOND, share));
  }

  /**
   * Variance of a sum over the bins of weight x rate that comes from the labels the rates were
   * measured on.
   *
   * @param weights one per bin
   */
  double varianceOf(double[] weights) {
    double[] byGroup = new double[centres.length];
    for (int bin = 0; bin < weights.length; bin++) {
      if (weights[bin] != 0) {
        int left = left(bin);
        if (left < 0) {
          byGroup[0] += weights[bin];
        } else {
          double share = share(bin, left);
          byGroup[left] += (1 - share) * weights[bin];
          byGroup[left + 1] += share * weights[bin];
        }
      }
    }
    double variance = 0;
    for (int group = 0; group < byGroup.length; group++) {
      variance += byGroup[group] * byGroup[group] * variances[group];
    }
    return variance;
  }
}
