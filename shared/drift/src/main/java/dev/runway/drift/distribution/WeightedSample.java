package dev.runway.drift.distribution;

import dev.runway.drift.statistics.CentralMoments;
import dev.runway.drift.statistics.Kolmogorov;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.quantilescommon.FloatsSortedView;

/**
 * Values in ascending order with their weights: a raw sample, or the sorted view of a quantile
 * sketch. Distances walk two of them side by side, which is exact for what they hold.
 */
public final class WeightedSample {

  /** Share of the quantile functions that the trimmed distance looks at. */
  private static final double TRIMMED = 0.98;

  private static final int TRIMMED_STEPS = 196;

  private final double[] values;

  /** Weight of the values up to and including each one. */
  private final double[] cumulative;

  private WeightedSample(double[] values, double[] cumulative) {
    this.values = values;
    this.cumulative = cumulative;
  }

  /**
   * A raw sample: every value weighs 1.
   *
   * @param values finite, at least one, in any order
   */
  public static WeightedSample of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] cumulative = new double[sorted.length];
    Arrays.setAll(cumulative, i -> i + 1);
    return sorted(sorted, cumulative);
  }

  /**
   * Values with weights.
   *
   * @param weights above 0, one for each value
   */
  public static WeightedSample of(double[] values, double[] weights) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] sorted = Arrays.stream(order).mapToDouble(i -> values[i]).toArray();
    double[] cumulative = Arrays.stream(order).mapToDouble(i -> weights[i]).toArray();
    Arrays.parallelPrefix(cumulative, Double::sum);
    return sorted(sorted, cumulative);
  }

  /**
   * A sorted view as it is.
   *
   * @param values ascending, at least one; kept, not copied
   * @param cumulative ascending weights up to and including each value; kept, not copied
   */
  public static WeightedSample sorted(double[] values, double[] cumulative) {
    if (values.length == 0 || values.length != cumulative.length) {
      throw new IllegalArgumentException(
          values.length + " values with " + cumulative.length + " weights");
    }
    return new WeightedSample(values, cumulative);
  }

  /**
   * The sorted view of a sketch, which must not be empty. Weights add up to n; ranks are off by
   * {@link SketchError#kllRank}.
   */
  public static WeightedSample of(KllFloatsSketch sketch) {
    FloatsSortedView view = sketch.getSortedView();
    float[] items = view.getQuantiles();
    double[] values = new double[items.length];
    for (int i = 0; i < items.length; i++) {
      values[i] = items[i];
    }
    return sorted(values, Arrays.stream(view.getCumulativeWeights()).asDoubleStream().toArray());
  }

  private double total() {
    return cumulative[cumulative.length - 1];
  }

  /** Largest difference of the two distribution functions. */
  public static double kolmogorovSmirnov(WeightedSample a, WeightedSample b) {
    double[] largest = {0};
    walk(a, b, (from, to, difference) -> largest[0] = Math.max(largest[0], Math.abs(difference)));
    return largest[0];
  }

  /** Two-sample p-value of a Kolmogorov-Smirnov distance of N and M independent values. */
  public static double kolmogorovSmirnovP(double distance, double n, double m) {
    return Kolmogorov.survival(Math.sqrt(n * m / (n + m)) * distance);
  }

  /**
   * Wasserstein-1 distance, the area between the two distribution functions, in the unit of the
   * values.
   */
  public static double wasserstein(WeightedSample a, WeightedSample b) {
    double[] area = {0};
    walk(a, b, (from, to, difference) -> area[0] += Math.abs(difference) * (to - from));
    return area[0];
  }

  /** Between two neighbouring values the difference of the distribution functions is constant. */
  private interface Step {
    void between(double from, double to, double difference);
  }

  private static void walk(WeightedSample a, WeightedSample b, Step step) {
    int i = 0;
    int j = 0;
    while (i < a.values.length || j < b.values.length) {
      double at = Math.min(a.at(i), b.at(j));
      while (a.at(i) == at) {
        i++;
      }
      while (b.at(j) == at) {
        j++;
      }
      double next = Math.min(a.at(i), b.at(j));
      // Behind the last value both functions are 1.
      if (next != Double.POSITIVE_INFINITY) {
        step.between(at, next, a.share(i) - b.share(j));
      }
    }
  }

  private double at(int index) {
    return index < values.length ? values[index] : Double.POSITIVE_INFINITY;
  }

  /** Share of the first values. */
  private double share(int count) {
    return count == 0 ? 0 : cumulative[count - 1] / total();
  }

  /** Count, mean and squared distances, with weights as numbers of values; higher ones are NaN. */
  public CentralMoments moments() {
    double mean = 0;
    double before = 0;
    for (int i = 0; i < values.length; i++) {
      mean += (cumulative[i] - before) / total() * values[i];
      before = cumulative[i];
    }
    double m2 = 0;
    before = 0;
    for (int i = 0; i < values.length; i++) {
      m2 += (cumulative[i] - before) * (values[i] - mean) * (values[i] - mean);
      before = cumulative[i];
    }
    return CentralMoments.ofTwo(Math.round(total()), mean, m2);
  }

  /** Smallest value at which the distribution function reaches the rank, in [0, 1]. */
  public double quantile(double rank) {
    double wanted = rank * total();
    int low = 0;
    int high = values.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return values[low];
  }

  /**
   * Wasserstein-1 between the quantile functions on [0.01, 0.99] only: heavy tails would otherwise
   * decide it. By the midpoints of 196 equal steps.
   */
  public static double trimmedWasserstein(WeightedSample a, WeightedSample b) {
    double sum = 0;
    for (int i = 0; i < TRIMMED_STEPS; i++) {
      sum += Math.abs(a.quantile(trimmedRank(i)) - b.quantile(trimmedRank(i)));
    }
    return TRIMMED * sum / TRIMMED_STEPS;
  }

  /**
   * How far it may be from that of the values themselves, where ranks are off: a quantile lies
   * between those whose ranks are as far off in either direction. Beyond the last rank is the
   * largest value, which of a heavy tail says little.
   *
   * @param rankOfA error of the ranks of a, as {@link SketchError#kllRank}
   * @param rankOfB the same of b
   */
  public static double trimmedWassersteinError(
      WeightedSample a, double rankOfA, WeightedSample b, double rankOfB) {
    double sum = 0;
    for (int i = 0; i < TRIMMED_STEPS; i++) {
      sum += a.quantileError(trimmedRank(i), rankOfA) + b.quantileError(trimmedRank(i), rankOfB);
    }
    return TRIMMED * sum / TRIMMED_STEPS;
  }

  private static double trimmedRank(int step) {
    return (1 - TRIMMED) / 2 + TRIMMED * (step + 0.5) / TRIMMED_STEPS;
  }

  private double quantileError(double rank, double error) {
    double value = quantile(rank);
    return Math.max(
        quantile(Math.min(1, rank + error)) - value, value - quantile(Math.max(0, rank - error)));
  }

  /** Counts by bin, each cumulative weight rounded to whole values, so that they add up to n. */
  public long[] count(Edges edges) {
    long[] counts = new long[edges.bins()];
    long before = 0;
    int i = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      while (i < values.length && (bin == edges.size() || values[i] <= edges.get(bin))) {
        i++;
      }
      long upTo = i == 0 ? 0 : Math.round(cumulative[i - 1]);
      counts[bin] = upTo - before;
      before = upTo;
    }
    return counts;
  }
}
