package dev.runway.demo.loop;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Log loss of one model in the act: of the versions that served, and of the first one on the same
 * cases, which would have served without any retrain.
 */
final class Tally {
  /** Sums over cases, in nats. */
  static final class Sums {
    private long cases;
    private double served;
    private double first;
    private double squares;

    private void add(double servedLoss, double firstLoss) {
      cases++;
      served += servedLoss;
      first += firstLoss;
      squares += (servedLoss - firstLoss) * (servedLoss - firstLoss);
    }

    long cases() {
      return cases;
    }

    /** Mean log loss of what served; NaN without a case. */
    double with() {
      return served / cases;
    }

    /** Mean log loss of the first version. */
    double without() {
      return first / cases;
    }

    /** Standard error of the mean difference, case by case. */
    double error() {
      double mean = (served - first) / cases;
      double variance = Math.max(0, squares / cases - mean * mean);
      return Math.sqrt(variance / Math.max(1, cases - 1));
    }
  }

  private final Sums all = new Sums();
  private final Sums served = new Sums();
  private final SortedMap<Integer, Sums> steps = new TreeMap<>();

  /** Adds a case whose outcome is observed. */
  void add(int step, boolean retrained, double servedScore, double firstScore, boolean positive) {
    double servedLoss = LabelledRow.loss(servedScore, positive);
    double firstLoss = LabelledRow.loss(firstScore, positive);
    all.add(servedLoss, firstLoss);
    steps.computeIfAbsent(step, key -> new Sums()).add(servedLoss, firstLoss);
    if (retrained) {
      served.add(servedLoss, firstLoss);
    }
  }

  Sums all() {
    return all;
  }

  /** Of those that a retrained version has served. */
  Sums retrained() {
    return served;
  }

  /** By step. */
  SortedMap<Integer, Sums> steps() {
    return steps;
  }
}
