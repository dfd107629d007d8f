package dev.runway.drift.concept;

import dev.runway.drift.performance.GroupedMeans;
import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The loss of a regression model for change detectors, frozen with a reference: the absolute
 * residual in units of the one that nine in ten of the reference stay below, and 1 above it; and
 * what it is on average at a prediction. Immutable.
 *
 * <p>Detectors need a bound, and this one is no single outlier's: a residual of a million counts as
 * one of the worst tenth does, but more of those raise the mean. A scale by the standard deviation
 * would be the outliers' own.
 *
 * <p>The mean is measured in groups of neighbouring predictions that hold about the same number of
 * labels: where larger numbers are predicted with larger residuals, traffic that moves there is no
 * change.
 */
public final class ResidualLoss {
  private static final double WITHIN = 0.9;
  private static final int GROUPS = 20;

  private final double scale;
  private final GroupedMeans means;
  private final double variance;

  private ResidualLoss(double scale, GroupedMeans means, double variance) {
    this.scale = scale;
    this.means = means;
    this.variance = variance;
  }

  /**
   * The loss of a reference.
   *
   * @param predictions at least one
   * @param residuals of the same
   */
  public static ResidualLoss of(double[] predictions, double[] residuals) {
    double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
    double scale = sizes[(int) Math.ceil(WITHIN * sizes.length) - 1];
    // In an order that is the same whatever order they came in, so that sums are too.
    Integer[] order = new Integer[predictions.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.<Integer>comparingDouble(i -> predictions[i])
            .thenComparingDouble(i -> residuals[i]));
    double[] at = Arrays.stream(order).mapToDouble(i -> predictions[i]).toArray();
    double[] losses = Arrays.stream(order).mapToDouble(i -> loss(residuals[i], scale)).toArray();
    GroupedMeans means = grouped(at, losses);
    double squares = 0;
    for (int i = 0; i < at.length; i++) {
      double excess = losses[i] - means.at(at[i]);
      squares += excess * excess;
    }
    return new ResidualLoss(scale, means, squares / at.length);
  }

  private static GroupedMeans grouped(double[] predictions, double[] losses) {
    int total = predictions.length;
    double[] centres = new double[GROUPS + 1];
    double[] means = new double[GROUPS + 1];
    double[] variances = new double[GROUPS + 1];
    int groups = 0;
    int n = 0;
    double centre = 0;
    double loss = 0;
    double squares = 0;
    for (int i = 0; i < total; i++) {
      n++;
      centre += predictions[i];
      loss += losses[i];
      squares += losses[i] * losses[i];
      long rest = total - i - 1L;
      // What is left behind the last full group would be too few for one of its own; and equal
      // predictions are in one group.
      boolean full = (long) n * GROUPS >= total && rest * GROUPS >= total;
      if (rest == 0 || (full && predictions[i + 1] > predictions[i])) {
        centres[groups] = centre / n;
        means[groups] = loss / n;
        variances[groups] = varianceOfMean(n, loss, squares);
        groups++;
        n = 0;
        centre = 0;
        loss = 0;
        squares = 0;
      }
    }
    return new GroupedMeans(
        Arrays.copyOf(centres, groups),
        Arrays.copyOf(means, groups),
        Arrays.copyOf(variances, groups));
  }

  /**
   * Of losses from 0 to 1, so that their squares lose nothing. With half a loss of 0 and half of 1
   * more, so that a group whose losses are all equal is not taken for certain.
   */
  private static double varianceOfMean(int n, double sum, double squares) {
    double mean = (sum + 0.5) / (n + 1);
    return Math.max(0, (squares + 0.5) / (n + 1) - mean * mean) / n;
  }

  private static double loss(double residual, double scale) {
    if (scale == 0) {
      // Nine in ten were exact, so what is not is an error.
      return residual == 0 ? 0 : 1;
    }
    return Math.min(1, Math.abs(residual) / scale);
  }

  /** Loss of a residual, 0 to 1. */
  public double of(double residual) {
    return loss(residual, scale);
  }

  /** Mean loss of the reference at a prediction. */
  public double expected(double prediction) {
    return means.at(prediction);
  }

  /** The mean losses at each prediction, with their errors. */
  public GroupedMeans means() {
    return means;
  }

  /** The absolute residual whose loss is 1; 0 where nine in ten predictions were exact. */
  public double scale() {
    return scale;
  }

  /** Variance of the loss around what is expected, in the reference. */
  public double variance() {
    return variance;
  }

  /** Writes the content; whoever holds it says its version. */
  public void write(DataOutput out) throws IOException {
    out.writeDouble(scale);
    out.writeDouble(variance);
    Varints.writeUnsigned(out, means.groups());
    for (int group = 0; group < means.groups(); group++) {
      out.writeDouble(means.centre(group));
      out.writeDouble(means.mean(group));
      out.writeDouble(means.variance(group));
    }
  }

  /** Reads what {@link #write} wrote. */
  public static ResidualLoss read(DataInput in) throws IOException {
    return read(in, 0);
  }

  /**
   * Reads what was written before the groups' errors were: they get the one that equal groups of so
   * many labels have.
   *
   * @param labels of the reference, 1 or more
   */
  public static ResidualLoss readWithoutErrors(DataInput in, long labels) throws IOException {
    return read(in, labels);
  }

  private static ResidualLoss read(DataInput in, long labels) throws IOException {
    double scale = in.readDouble();
    double variance = in.readDouble();
    int groups = Varints.readIndex(in, GROUPS + 1, "groups of predictions");
    if (groups == 0) {
      throw new IOException("a loss without groups of predictions");
    }
    double[] centres = new double[groups];
    double[] means = new double[groups];
    double[] variances = new double[groups];
    for (int i = 0; i < groups; i++) {
      centres[i] = in.readDouble();
      means[i] = in.readDouble();
      variances[i] = labels == 0 ? in.readDouble() : variance * groups / labels;
    }
    return new ResidualLoss(scale, new GroupedMeans(centres, means, variances), variance);
  }
}
