package dev.runway.drift.embedding.traffic;

import java.util.function.IntToDoubleFunction;

/** The error of a number from what becomes of it without one group of items (Quenouille 1956). */
final class Jackknife {
  /** 97.5 % quantile of Student's t with one degree of freedom fewer than there are groups. */
  static final double T = 2.131449545559323;

  /** Stands for no group: the number of all of them. */
  static final int ALL = -1;

  private Jackknife() {}

  /**
   * The standard error.
   *
   * @param without the number without a group, by the group's place
   */
  static double standardError(int groups, IntToDoubleFunction without) {
    double[] values = new double[groups];
    double mean = 0;
    for (int g = 0; g < groups; g++) {
      values[g] = without.applyAsDouble(g);
      mean += values[g] / groups;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt((groups - 1.0) / groups * squares);
  }
}
