package dev.runway.drift.embedding.traffic;

import static dev.runway.drift.embedding.traffic.TrafficMetric.*;
import static dev.runway.drift.embedding.traffic.TrafficSums.GROUPS;

import dev.runway.drift.embedding.traffic.TrafficReading.Gap;
import dev.runway.drift.performance.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the vectors of a window say, and how they differ from those of a reference. Errors are from
 * the choice of items: each number is computed again without each group of them.
 */
public final class TrafficReadings {
  /** With fewer usable vectors nothing is compared. */
  public static final int LEAST = 500;

  private final TrafficSums window;
  private final @Nullable TrafficSums reference;
  private final List<TrafficReading> readings = new ArrayList<>();
  private final long n;

  private TrafficReadings(TrafficSums window, @Nullable TrafficSums reference) {
    this.window = window;
    this.reference = reference;
    this.n = window.usable();
  }

  /**
   * One reading of each metric.
   *
   * @param reference of the same dimensions; null while there is none
   */
  public static List<TrafficReading> of(TrafficSums window, @Nullable TrafficSums reference) {
    TrafficReadings all = new TrafficReadings(window, reference);
    all.drift();
    all.lengths();
    all.unusable();
    all.freshness();
    return List.copyOf(all.readings);
  }

  private void drift() {
    TrafficSums reference = this.reference;
    if (reference == null || !isEnough(window) || !isEnough(reference)) {
      Gap gap = reference == null ? Gap.NO_REFERENCE : Gap.TOO_FEW_VECTORS;
      for (TrafficMetric metric :
          List.of(MEAN_SHIFT, COVARIANCE_CHANGE, SPREAD_RATIO, NORM_RATIO)) {
        readings.add(TrafficReading.missing(metric, n, gap));
      }
      return;
    }
    GroupSums[] now = groups(window);
    GroupSums[] was = groups(reference);
    double[][] shifts = new double[GROUPS][];
    double[][] before = new double[GROUPS][];
    double[][] changes = new double[GROUPS][];
    double[] spreads = new double[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      shifts[g] = difference(now[g].mean(), was[g].mean());
      before[g] = was[g].covariance();
      changes[g] = difference(now[g].covariance(), before[g]);
      spreads[g] = was[g].spread();
    }
    GroupMeans shift = new GroupMeans(shifts);
    GroupMeans covariance = new GroupMeans(before);
    GroupMeans change = new GroupMeans(changes);
    root(MEAN_SHIFT, g -> square(shift, g) / mean(spreads, g), 0);
    // Both squares are sketched; at worst they err apart.
    root(
        COVARIANCE_CHANGE,
        g -> square(change, g) / square(covariance, g),
        Math.sqrt(2) * CovarianceSketch.relativeError(window.dimensions));
    ratio(SPREAD_RATIO, g -> sum(now, GroupSums::spread, g) / sum(was, GroupSums::spread, g));
    ratio(NORM_RATIO, g -> norm(now, g) / norm(was, g));
  }

  private static boolean isEnough(TrafficSums sums) {
    if (sums.usable() < LEAST) {
      return false;
    }
    for (GroupSums group : sums.groups) {
      if (group == null || group.n < 2) {
        return false;
      }
    }
    return true;
  }

  private static GroupSums[] groups(TrafficSums sums) {
    GroupSums[] groups = new GroupSums[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      GroupSums group = sums.groups[g];
      groups[g] = group == null ? new GroupSums(sums.dimensions) : group;
    }
    return groups;
  }

  private static double[] difference(double[] of, double[] less) {
    double[] difference = new double[of.length];
    for (int j = 0; j < difference.length; j++) {
      difference[j] = of[j] - less[j];
    }
    return difference;
  }

  private static double square(GroupMeans means, int without) {
    return without == Jackknife.ALL ? means.square() : means.squareWithout(without);
  }

  private static double mean(double[] values, int without) {
    double sum = 0;
    for (int g = 0; g < values.length; g++) {
      sum += g == without ? 0 : values[g];
    }
    return sum / (without == Jackknife.ALL ? values.length : values.length - 1);
  }

  /** A number of one group. */
  private interface Of {
    double group(GroupSums group);
  }

  private static double sum(GroupSums[] groups, Of of, int without) {
    double sum = 0;
    for (int g = 0; g < groups.length; g++) {
      sum += g == without ? 0 : of.group(groups[g]);
    }
    return sum;
  }

  /** Mean length. */
  private static double norm(GroupSums[] groups, int without) {
    return sum(groups, group -> group.norms, without)
        / sum(groups, group -> (double) group.n, without);
  }

  private static double normSd(GroupSums[] groups, int without) {
    double mean = norm(groups, without);
    double square =
        sum(groups, group -> group.squares, without)
            / sum(groups, group -> (double) group.n, without);
    return Math.sqrt(Math.max(0, square - mean * mean));
  }

  /** The root of a square that may be below 0; its interval is that of the square. */
  private void root(TrafficMetric metric, IntToDoubleFunction square, double sketchError) {
    double value = square.applyAsDouble(Jackknife.ALL);
    double ofItems = Jackknife.T * Jackknife.standardError(GROUPS, square);
    double ofSketch = Interval.Z * sketchError * Math.max(0, value);
    double half = Math.hypot(ofItems, ofSketch);
    double low = Math.sqrt(Math.max(0, value - half));
    double high = Math.sqrt(Math.max(0, value + half));
    add(metric, Math.sqrt(Math.max(0, value)), (high - low) / 2 / Jackknife.T, low, high);
  }

  private void add(TrafficMetric metric, double value, double se, double low, double high) {
    readings.add(
        value >= 0
            ? TrafficReading.of(metric, value, se, low, high, n)
            : TrafficReading.missing(metric, n, Gap.UNDEFINED));
  }

  /** A ratio above 0: its error is that of its logarithm. */
  private void ratio(TrafficMetric metric, IntToDoubleFunction ratio) {
    double value = ratio.applyAsDouble(Jackknife.ALL);
    double error = Jackknife.standardError(GROUPS, g -> Math.log(ratio.applyAsDouble(g)));
    double factor = Math.exp(Jackknife.T * error);
    add(metric, value, value * error, value / factor, value * factor);
  }

  private void lengths() {
    if (!isEnough(window)) {
      for (TrafficMetric metric : List.of(NORM_MEAN, NORM_SD, DEAD_DIMENSIONS)) {
        readings.add(TrafficReading.missing(metric, n, Gap.TOO_FEW_VECTORS));
      }
      return;
    }
    GroupSums[] now = groups(window);
    plain(NORM_MEAN, g -> norm(now, g));
    plain(NORM_SD, g -> normSd(now, g));
    // A count of this window's dimensions, and no estimate.
    double dead = dead();
    readings.add(TrafficReading.of(DEAD_DIMENSIONS, dead, 0, dead, dead, n));
  }

  private void plain(TrafficMetric metric, IntToDoubleFunction of) {
    double value = of.applyAsDouble(Jackknife.ALL);
    double se = Jackknife.standardError(GROUPS, of);
    add(metric, value, se, Math.max(0, value - Jackknife.T * se), value + Jackknife.T * se);
  }

  /** Those whose standard deviation is below 1e-4 of the usual, or of what floats can tell. */
  private int dead() {
    double[] sums = new double[window.dimensions];
    for (GroupSums group : groups(window)) {
      GroupSums.addAll(sums, group.sum);
    }
    double[] variances = new double[sums.length];
    double usual = 0;
    for (int j = 0; j < sums.length; j++) {
      variances[j] = window.squares[j] - sums[j] / n * sums[j];
      usual += variances[j] / sums.length;
    }
    int dead = 0;
    for (int j = 0; j < sums.length; j++) {
      dead += variances[j] > Math.max(1e-8 * usual, 1e-13 * window.squares[j]) ? 0 : 1;
    }
    return dead;
  }

  private void unusable() {
    share(NOT_FINITE, window.notFinite);
    share(ZERO, window.zero);
    TrafficSums reference = this.reference;
    if (reference == null || window.vectors() < LEAST || reference.vectors() < LEAST) {
      Gap gap = reference == null ? Gap.NO_REFERENCE : Gap.TOO_FEW_VECTORS;
      readings.add(TrafficReading.missing(UNUSABLE_RISE, window.vectors(), gap));
      return;
    }
    double now = share(window);
    double was = share(reference);
    Interval ofNow = Interval.wilson(now, (double) window.vectors());
    Interval ofWas = Interval.wilson(was, (double) reference.vectors());
    // Newcombe's interval of a difference.
    double rise = now - was;
    double low = rise - Math.hypot(now - ofNow.low(), ofWas.high() - was);
    double high = rise + Math.hypot(ofNow.high() - now, was - ofWas.low());
    double se = (high - low) / 2 / Interval.Z;
    readings.add(TrafficReading.of(UNUSABLE_RISE, rise, se, low, high, window.vectors()));
  }

  private static double share(TrafficSums sums) {
    return (double) (sums.notFinite + sums.zero) / sums.vectors();
  }

  private void share(TrafficMetric metric, long count) {
    long vectors = window.vectors();
    if (vectors == 0) {
      readings.add(TrafficReading.missing(metric, 0, Gap.TOO_FEW_VECTORS));
      return;
    }
    double share = (double) count / vectors;
    Interval interval = Interval.wilson(share, (double) vectors);
    double se = Math.sqrt(share * (1 - share) / vectors);
    readings.add(TrafficReading.of(metric, share, se, interval.low(), interval.high(), vectors));
  }

  private void freshness() {
    quantile(FRESHNESS_P50_SECONDS, window.stored, 0.50);
    quantile(FRESHNESS_P95_SECONDS, window.stored, 0.95);
    quantile(READ_P50_SECONDS, window.read, 0.50);
    quantile(READ_P95_SECONDS, window.read, 0.95);
    share(AHEAD, window.ahead);
  }

  /** Nearest rank; the interval is from the ranks between which it lies (David and Nagaraja). */
  private void quantile(TrafficMetric metric, DelayCounts delays, double q) {
    long count = delays.total();
    if (count == 0) {
      readings.add(TrafficReading.missing(metric, 0, Gap.TOO_FEW_VECTORS));
      return;
    }
    double half = Interval.Z * Math.sqrt(count * q * (1 - q));
    double low = delays.low((long) Math.floor(count * q - half));
    double high = delays.high((long) Math.ceil(count * q + half) + 1);
    double value = delays.middle((long) Math.ceil(count * q));
    readings.add(new TrafficReading(metric, value, null, low, high, count, null));
  }
}
