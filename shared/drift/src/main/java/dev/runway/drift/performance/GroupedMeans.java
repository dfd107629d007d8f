package dev.runway.drift.performance;

import java.util.Arrays;

/**
 * A mean between 0 and 1 that depends on a number: measured in groups of neighbouring numbers, and
 * linear between the groups' centres. Immutable.
 *
 * <p>Steps instead of lines would make it wrong as soon as the numbers move within a group, which
 * is what they do when the traffic changes.
 */
public final class GroupedMeans {

  /** How far beyond the outermost groups a line goes on, in distances of the last two groups. */
  private static final double BEYOND = 1;

  private final double[] centres;
  private final double[] means;
  private final double[] variances;

  /**
   * The means of some groups.
   *
   * @param centres mean number of each group, one or more, ascending
   * @param means of the groups, 0 to 1
   * @param variances of these means, from how few values they were measured on
   */
  public GroupedMeans(double[] centres, double[] means, double[] variances) {
    if (centres.length == 0
        || means.length != centres.length
        || variances.length != centres.length) {
      throw new IllegalArgumentException(
          "%d centres, %d means, %d variances"
              .formatted(centres.length, means.length, variances.length));
    }
    this.centres = centres.clone();
    this.means = means.clone();
    this.variances = variances.clone();
  }

  public int groups() {
    return centres.length;
  }

  public double centre(int group) {
    return centres[group];
  }

  public double mean(int group) {
    return means[group];
  }

  /** Variance of a group's mean. */
  public double variance(int group) {
    return variances[group];
  }

  /** The mean at a number, 0 to 1. */
  public double at(double number) {
    if (centres.length == 1) {
      return means[0];
    }
    int left = left(number);
    double share = share(number, left);
    double mean = (1 - share) * means[left] + share * means[left + 1];
    return Math.max(0, Math.min(1, mean));
  }

  /**
   * Adds to each group the weight that its mean has in {@code weight} times the mean at a number.
   *
   * @param byGroup one per group
   */
  public void spread(double number, double weight, double[] byGroup) {
    if (centres.length == 1) {
      byGroup[0] += weight;
      return;
    }
    int left = left(number);
    double share = share(number, left);
    byGroup[left] += (1 - share) * weight;
    byGroup[left + 1] += share * weight;
  }

  /**
   * Variance of a sum of weighted means that comes from how they were measured.
   *
   * @param byGroup weights of the groups' means, as {@link #spread} adds them up
   */
  public double varianceOf(double[] byGroup) {
    double variance = 0;
    for (int group = 0; group < byGroup.length; group++) {
      variance += byGroup[group] * byGroup[group] * variances[group];
    }
    return variance;
  }

  /** The group left of a number, or left of the line that goes on beyond. */
  private int left(double number) {
    int found = Arrays.binarySearch(centres, number);
    int left = found >= 0 ? found : -found - 2;
    return Math.max(0, Math.min(left, centres.length - 2));
  }

  /** How much of the mean comes from the group on the right; 0 to 1 between the two. */
  private double share(double number, int left) {
    double distance = centres[left + 1] - centres[left];
    // The centres of numbers that differ in their last bits may be equal.
    double share = distance > 0 ? (number - centres[left]) / distance : 0;
    return Math.max(-BEYOND, Math.min(1 + BEYOND, share));
  }
}
