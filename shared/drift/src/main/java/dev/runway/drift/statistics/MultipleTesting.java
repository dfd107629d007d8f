package dev.runway.drift.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Corrections for asking many questions at once. Each turns p-values into adjusted ones; what stays
 * at or below the level is a discovery.
 */
public enum MultipleTesting {
  /** False discovery rate, for independent or positively dependent tests. */
  BENJAMINI_HOCHBERG {
    @Override
    double[] adjustSorted(double[] p) {
      return stepUp(p, 1);
    }
  },
  /** False discovery rate under any dependence: Benjamini and Yekutieli. */
  BENJAMINI_YEKUTIELI {
    @Override
    double[] adjustSorted(double[] p) {
      double harmonic = 0;
      for (int i = 1; i <= p.length; i++) {
        harmonic += 1.0 / i;
      }
      return stepUp(p, harmonic);
    }
  },
  /** Probability of any false discovery, uniformly better than Bonferroni. */
  HOLM {
    @Override
    double[] adjustSorted(double[] p) {
      double[] adjusted = new double[p.length];
      double highest = 0;
      for (int i = 0; i < p.length; i++) {
        highest = Math.max(highest, Math.min(1, (p.length - i) * p[i]));
        adjusted[i] = highest;
      }
      return adjusted;
    }
  },
  /** Probability of any false discovery. */
  BONFERRONI {
    @Override
    double[] adjustSorted(double[] p) {
      return Arrays.stream(p).map(value -> Math.min(1, value * p.length)).toArray();
    }
  };

  /** From p-values in ascending order to adjusted ones in the same order. */
  abstract double[] adjustSorted(double[] p);

  /** Smallest of n p_j scale / j over j >= i, cut at 1. */
  private static double[] stepUp(double[] p, double scale) {
    double[] adjusted = new double[p.length];
    double lowest = 1;
    for (int i = p.length - 1; i >= 0; i--) {
      lowest = Math.min(lowest, p[i] * p.length * scale / (i + 1));
      adjusted[i] = lowest;
    }
    return adjusted;
  }

  /**
   * Adjusted p-values ("q-values") in the order of the p-values.
   *
   * @param p in [0, 1], any number of them
   */
  public double[] adjust(double[] p) {
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] sorted = Arrays.stream(order).mapToDouble(i -> p[i]).toArray();
    double[] adjustedSorted = adjustSorted(sorted);
    double[] adjusted = new double[p.length];
    for (int i = 0; i < order.length; i++) {
      adjusted[order[i]] = adjustedSorted[i];
    }
    return adjusted;
  }

  /**
   * The false-alarm rate per window that a wanted precision of alerts allows: prevalence power (1 -
   * precision) / (precision (1 - prevalence)).
   *
   * @param prevalence share of windows that truly drifted, in (0, 1)
   * @param power share of those that raise an alert
   * @param precision wanted share of alerts that are true, in (0, 1]
   */
  public static double falseAlarmRateFor(double prevalence, double power, double precision) {
    return prevalence * power * (1 - precision) / (precision * (1 - prevalence));
  }
}
